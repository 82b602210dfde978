// Fades are slow: over 32 frames (0.7 ms) the quickest of them is a straight line to within 1e-3, so its curve is
// evaluated at knots only, and a block in which nothing fades costs nothing.
#include "mix/level.h"

#include "base/vector.h"

void level_init(struct level *level, int64_t begin_frames, double gain)
{
	level->begin_frames = begin_frames;
	for (int i = 0; i < LEVEL_KNOTS; i++)
		level->knots[i] = (float)gain;
}

void level_rise(struct level *level, int64_t begin_frames, int64_t end_frames, level_curve_fn *curve)
{
	if (end_frames <= begin_frames || level->begin_frames >= end_frames)
		return;
	double length = (double)(end_frames - begin_frames);
	for (int i = 0; i < LEVEL_KNOTS; i++) {
		int64_t at = level->begin_frames + (int64_t)i * LEVEL_KNOT_FRAMES;
		if (at <= begin_frames)
			level->knots[i] = 0.0f;
		else if (at < end_frames)
			level->knots[i] *= (float)curve((double)(at - begin_frames) / length);
	}
}

void level_fall(struct level *level, int64_t begin_frames, int64_t end_frames, level_curve_fn *curve)
{
	if (end_frames <= begin_frames || level->begin_frames + BLOCK_FRAMES <= begin_frames)
		return;
	double length = (double)(end_frames - begin_frames);
	for (int i = 0; i < LEVEL_KNOTS; i++) {
		int64_t at = level->begin_frames + (int64_t)i * LEVEL_KNOT_FRAMES;
		if (at >= end_frames)
			level->knots[i] = 0.0f;
		else if (at > begin_frames)
			level->knots[i] *= (float)curve((double)(end_frames - at) / length);
	}
}

bool level_is_steady(const struct level *level)
{
	for (int i = 1; i < LEVEL_KNOTS; i++)
		if (level->knots[i] != level->knots[0])
			return false;
	return true;
}

bool level_is_silent(const struct level *level)
{
	return level->knots[0] == 0.0f && level_is_steady(level);
}

VECTOR void level_fill(const struct level *level, float *gain)
{
	for (int i = 0; i < BLOCK_FRAMES; i++)
		gain[i] = 1.0f;
	level_scale(level, gain);
}

VECTOR void level_scale(const struct level *level, float *gain)
{
	for (int k = 0; k < LEVEL_KNOTS - 1; k++) {
		float from = level->knots[k];
		float step = (level->knots[k + 1] - from) / LEVEL_KNOT_FRAMES;
		float *part = gain + k * LEVEL_KNOT_FRAMES;
		for (int i = 0; i < LEVEL_KNOT_FRAMES; i++)
			part[i] *= from + step * (float)i;
	}
}
