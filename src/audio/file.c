// libsndfile behind an allow-list. It is given a descriptor, so that it judges by content; it may name only the kind
// that container_look has seen; and only subtypes whose decoders are sound pass (no ADPCM, GSM, A-law or mu-law).
#include "audio/file.h"

#include "base/frames.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum {

	MPEG_EDGE_FRAMES = 4 * 1152, // encoder delay and padding at most
};

static bool allowed(enum container_kind kind, int format)
{
	static const int kinds[][2] = {
		[CONTAINER_WAV] = {SF_FORMAT_WAV, SF_FORMAT_WAVEX},
		[CONTAINER_FLAC] = {SF_FORMAT_FLAC, SF_FORMAT_FLAC},
		[CONTAINER_OGG] = {SF_FORMAT_OGG, SF_FORMAT_OGG},
		[CONTAINER_MPEG] = {SF_FORMAT_MPEG, SF_FORMAT_MPEG},
	};
	int type = format & SF_FORMAT_TYPEMASK;
	if (type != kinds[kind][0] && type != kinds[kind][1])
		return false;
	switch (format & SF_FORMAT_SUBMASK) {
	case SF_FORMAT_PCM_S8:
	case SF_FORMAT_PCM_U8:
	case SF_FORMAT_PCM_16:
	case SF_FORMAT_PCM_24:
	case SF_FORMAT_PCM_32:
	case SF_FORMAT_FLOAT:
	case SF_FORMAT_DOUBLE:
		return kind == CONTAINER_WAV || kind == CONTAINER_FLAC;
	case SF_FORMAT_VORBIS:
	case SF_FORMAT_OPUS:
		return kind == CONTAINER_OGG;
	case SF_FORMAT_MPEG_LAYER_III:
		return kind == CONTAINER_MPEG;
	default:
		return false;
	}
}

// Where a decoder's idea of an MP3's length is wrong, the counted frames tell: shorter is mended, longer cannot be, for
// libsndfile stops at its own idea.
static const char *mend_length(const struct container *container, SF_INFO *format)
{
	if (container->kind != CONTAINER_MPEG)
		return NULL;
	if (format->frames > container->mpeg_frames)
		format->frames = container->mpeg_frames;
	if (format->frames + MPEG_EDGE_FRAMES < container->mpeg_frames)
		return "it does not say how long it is; convert it again, or to FLAC";
	return NULL;
}

static const char *trouble(const struct container *container, SF_INFO *format)
{
	if (!allowed(container->kind, format->format))
		return "its sound is coded in a way that is not supported; use plain WAV, FLAC, Ogg (Vorbis or Opus) "
		       "or MP3";
	if (format->channels < 1 || format->channels > AUDIO_MOST_CHANNELS)
		return "it has more than 8 channels";
	if (format->samplerate < AUDIO_LEAST_RATE_HZ || format->samplerate > AUDIO_MOST_RATE_HZ)
		return "its sample rate is not between 8 and 192 kHz";
	if (format->frames == SF_COUNT_MAX)
		return "it does not say how long it is; convert it again, to a file and not through a pipe";
	const char *length = mend_length(container, format);
	if (length)
		return length;
	if (format->frames <= 0)
		return "it holds no sound";
	if (format->frames > (int64_t)AUDIO_MOST_SEC * format->samplerate)
		return "it says it is longer than a day";
	return NULL;
}

static SNDFILE *open_decoder(int fd, SF_INFO *format)
{
	*format = (SF_INFO){0};
	// libsndfile takes the descriptor's place for the file's beginning
	return lseek(fd, 0, SEEK_SET) == 0 ? sf_open_fd(fd, SFM_READ, format, SF_FALSE) : NULL;
}

static struct audio_info info_of(const SF_INFO *format)
{
	return (struct audio_info){
		.rate_hz = format->samplerate,
		.channels = format->channels,
		.frames = format->frames,
		.engine_frames = (format->frames * ENGINE_RATE_HZ + format->samplerate - 1) / format->samplerate,
	};
}

enum status audio_file_open(struct audio_file *file, int fd, const char **why)
{
	SF_INFO format;
	*file = (struct audio_file){.fd = fd};
	enum status status = container_look(fd, &file->container, why);
	if (status == STATUS_OK) {
		file->decoder = open_decoder(fd, &format);
		*why = file->decoder ? trouble(&file->container, &format) : "it is damaged, or not what it says it is";
		if (!*why)
			file->info = info_of(&format);
		status = *why ? STATUS_FAULTY : STATUS_OK;
	}
	if (status != STATUS_OK)
		audio_file_close(file);
	return status;
}

void audio_file_close(struct audio_file *file)
{
	if (file->decoder)
		sf_close(file->decoder);
	if (file->fd >= 0)
		close(file->fd);
	*file = (struct audio_file){.fd = -1};
}

int64_t audio_file_read(struct audio_file *file, float *frames, int64_t n_frames)
{
	sf_count_t got = file->decoder ? sf_readf_float(file->decoder, frames, n_frames) : 0;
	return got < 0 ? 0 : got;
}

bool audio_file_restart(struct audio_file *file, int64_t at_frames)
{
	SF_INFO format;
	if (file->decoder)
		sf_close(file->decoder);
	file->decoder = open_decoder(file->fd, &format);
	if (file->decoder && format.channels == file->info.channels && format.samplerate == file->info.rate_hz &&
	    (at_frames == 0 || sf_seek(file->decoder, at_frames, SEEK_SET) == at_frames))
		return true;
	if (file->decoder)
		sf_close(file->decoder);
	file->decoder = NULL;
	return false;
}

// A FLAC says its length in front, and a cut one is noticed only at its end: so its last frame is asked for.
const char *audio_file_end_trouble(struct audio_file *file)
{
	float frame[AUDIO_MOST_CHANNELS];
	if (file->container.kind != CONTAINER_FLAC)
		return NULL;
	bool whole = sf_seek(file->decoder, file->info.frames - 1, SEEK_SET) == file->info.frames - 1 &&
	             audio_file_read(file, frame, 1) == 1;
	return whole && audio_file_restart(file, 0) ? NULL : "it ends before its header says, or is damaged";
}
