// Left channels go left, right ones right, what is in the middle to both at -3 dB (ITU-R BS.775); the low-frequency
// channel is left out. Then both sides are scaled alike, so that nothing can pass full scale.
#include "audio/fold.h"

#include "base/vector.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const float centre_gain = 0.70710678f;

static void place_channel(struct fold *fold, int channel, int position)
{
	switch (position) {
	case SF_CHANNEL_MAP_LEFT:
	case SF_CHANNEL_MAP_FRONT_LEFT:
	case SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER:
	case SF_CHANNEL_MAP_REAR_LEFT:
	case SF_CHANNEL_MAP_SIDE_LEFT:
		fold->left[channel] = 1.0f;
		break;
	case SF_CHANNEL_MAP_RIGHT:
	case SF_CHANNEL_MAP_FRONT_RIGHT:
	case SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER:
	case SF_CHANNEL_MAP_REAR_RIGHT:
	case SF_CHANNEL_MAP_SIDE_RIGHT:
		fold->right[channel] = 1.0f;
		break;
	case SF_CHANNEL_MAP_LFE:
		break;
	default:
		fold->left[channel] = fold->right[channel] = centre_gain;
	}
}

static void scale(struct fold *fold)
{
	float left = 0.0f, right = 0.0f;
	for (int i = 0; i < fold->channels; i++) {
		left += fold->left[i];
		right += fold->right[i];
	}
	float most = fmaxf(left, right);
	for (int i = 0; i < fold->channels && most > 0.0f; i++) {
		fold->left[i] /= most;
		fold->right[i] /= most;
	}
}

struct fold fold_for(struct audio_file *file)
{
	static const int usual[AUDIO_MOST_CHANNELS + 1][AUDIO_MOST_CHANNELS] = {
		[1] = {SF_CHANNEL_MAP_MONO},
		[2] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT},
		[3] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER},
		[4] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_REAR_LEFT, SF_CHANNEL_MAP_REAR_RIGHT},
		[5] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_REAR_LEFT,
	               SF_CHANNEL_MAP_REAR_RIGHT},
		[6] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_LFE,
	               SF_CHANNEL_MAP_REAR_LEFT, SF_CHANNEL_MAP_REAR_RIGHT},
		[7] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_LFE,
	               SF_CHANNEL_MAP_REAR_CENTER, SF_CHANNEL_MAP_SIDE_LEFT, SF_CHANNEL_MAP_SIDE_RIGHT},
		[8] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_LFE,
	               SF_CHANNEL_MAP_REAR_LEFT, SF_CHANNEL_MAP_REAR_RIGHT, SF_CHANNEL_MAP_SIDE_LEFT,
	               SF_CHANNEL_MAP_SIDE_RIGHT},
	};
	struct fold fold = {.channels = file->info.channels};
	int map[AUDIO_MOST_CHANNELS] = {0};
	int size = (int)sizeof(int) * fold.channels;
	bool own = fold.channels > 2 && sf_command(file->decoder, SFC_GET_CHANNEL_MAP_INFO, map, size) == SF_TRUE;
	for (int i = 0; i < fold.channels; i++)
		place_channel(&fold, i, own ? map[i] : usual[fold.channels][i]);
	scale(&fold);
	return fold;
}

// Whether all samples are numbers and none is beyond FOLD_MOST_SAMPLE.
VECTOR static bool is_tame(const float *in, int64_t count)
{
	int wild = 0;
	for (int64_t i = 0; i < count; i++)
		wild |= !(fabsf(in[i]) <= FOLD_MOST_SAMPLE);
	return !wild;
}

static bool is_plain_stereo(const struct fold *fold)
{
	return fold->channels == 2 && fold->left[0] == 1.0f && fold->left[1] == 0.0f && fold->right[0] == 0.0f &&
	       fold->right[1] == 1.0f;
}

bool fold_stereo(const struct fold *fold, const float *in, float *out, int64_t n_frames)
{
	if (!is_tame(in, fold->channels * n_frames))
		return false;
	if (is_plain_stereo(fold)) {
		if (out != in)
			memcpy(out, in, (size_t)n_frames * 2 * sizeof *out);
		return true;
	}
	for (int64_t i = 0; i < n_frames; i++) {
		float left = 0.0f, right = 0.0f;
		for (int c = 0; c < fold->channels; c++) {
			left += fold->left[c] * *in;
			right += fold->right[c] * *in++;
		}
		*out++ = left;
		*out++ = right;
	}
	return true;
}

bool fold_mono(int channels, float *frames, int64_t n_frames)
{
	if (!is_tame(frames, n_frames * channels))
		return false;
	const float *in = frames;
	for (int64_t i = 0; i < n_frames && channels > 1; i++) {
		float sum = 0.0f;
		for (int c = 0; c < channels; c++)
			sum += *in++;
		frames[i] = sum / (float)channels;
	}
	return true;
}
