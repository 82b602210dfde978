// Ramps and the duck.
//
// The duck is not a compressor: when words are spoken is known in advance, so its depth is a formula of the frame and
// of the nearest spans. Each span is an S-curve down that begins before its words, a stay, and a slower S-curve up.
// Where two spans are so near that one rises while the next falls, the deeper counts: the sum of curves that are each
// without a step.
#include "sound/curve.h"

#include "base/decibel.h"
#include "base/vector.h"
#include "sound/rules.h"
#include "sound/turn.h"

double curve_s(double u)
{
	if (!(u > 0.0))
		return 0.0;
	if (u >= 1.0)
		return 1.0;
	return 0.5 - 0.5 * turn_cos(0.5 * u);
}

// Shifted down by what is left at its depth, and stretched back to reach 1.
double curve_fade_gain(double u)
{
	if (!(u > 0.0))
		return 0.0;
	if (u >= 1.0)
		return 1.0;
	double floor = gain_from_db(FADE_DEPTH_DB);
	return (gain_from_db(FADE_DEPTH_DB * (1.0 - u)) - floor) / (1.0 - floor);
}

double curve_power_in(double u)
{
	if (!(u > 0.0))
		return 0.0;
	if (u >= 1.0)
		return 1.0;
	return turn_sin(0.25 * u);
}

size_t duck_merge(struct span *spans, size_t count)
{
	const double gap_frames = DUCK_HOLD_GAP_SEC * ENGINE_RATE_HZ;
	size_t left = 0;
	for (size_t i = 0; i < count; i++) {
		if (spans[i].end <= spans[i].begin)
			continue;
		if (left > 0 && (double)(spans[i].begin - spans[left - 1].end) < gap_frames) {
			if (spans[i].end > spans[left - 1].end)
				spans[left - 1].end = spans[i].end;
		} else {
			spans[left++] = spans[i];
		}
	}
	return left;
}

// How far down one span has taken the bed: 0 not at all, 1 fully.
static double duck_depth(const struct span *span, int64_t at_frames)
{
	double in_sec = (double)(at_frames - span->begin) / ENGINE_RATE_HZ + DUCK_LEAD_SEC;
	double out_sec = (double)(at_frames - span->end) / ENGINE_RATE_HZ;
	double down = curve_s(in_sec / DUCK_FALL_SEC);
	double still = 1.0 - curve_s(out_sec / DUCK_RISE_SEC);
	return down < still ? down : still; // words shorter than the fall: up again before it was down
}

// How many spans have begun to duck by this frame.
static size_t duck_begun(const struct span *spans, size_t count, int64_t at_frames)
{
	const int64_t lead_frames = (int64_t)(DUCK_LEAD_SEC * ENGINE_RATE_HZ);
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (spans[middle].begin - lead_frames <= at_frames)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// The spans that move the bed somewhere in [from, to]: numbers, half-open.
struct moving {
	size_t first, last;
};

static struct moving duck_moving(const struct span *spans, size_t count, int64_t from, int64_t to)
{
	const int64_t rise_frames = (int64_t)(DUCK_RISE_SEC * ENGINE_RATE_HZ);
	struct moving moving = {.last = duck_begun(spans, count, to)};
	moving.first = moving.last;
	while (moving.first > 0 && spans[moving.first - 1].end + rise_frames > from)
		moving.first--;
	return moving;
}

// How far down they have taken it: the deepest counts.
static double duck_deepest(const struct span *spans, struct moving moving, int64_t at_frames)
{
	double deepest = 0.0;
	for (size_t i = moving.first; i < moving.last; i++) {
		double one = duck_depth(&spans[i], at_frames);
		if (one > deepest)
			deepest = one;
	}
	return deepest;
}

double duck_db(const struct span *spans, size_t count, int64_t at_frames)
{
	return DUCK_DB * duck_deepest(spans, duck_moving(spans, count, at_frames, at_frames), at_frames);
}

// Within a block's bounds a span goes down and up at most once: down at both means down throughout.
static bool duck_stays_down(const struct span *spans, struct moving moving, int64_t from, int64_t to)
{
	for (size_t i = moving.first; i < moving.last; i++)
		if (duck_depth(&spans[i], from) == 1.0 && duck_depth(&spans[i], to) == 1.0)
			return true;
	return false;
}

void duck_find(struct duck *duck, const struct span *spans, size_t count, int64_t at_frames)
{
	struct moving moving = duck_moving(spans, count, at_frames, at_frames + BLOCK_FRAMES);
	bool down = duck_stays_down(spans, moving, at_frames, at_frames + BLOCK_FRAMES);
	duck->moves = moving.first < moving.last && !down;
	for (int i = 0; i < DUCK_KNOTS; i++)
		duck->deep[i] = down ? 1.0 : 0.0;
	for (int i = 0; duck->moves && i < DUCK_KNOTS; i++)
		duck->deep[i] = duck_deepest(spans, moving, at_frames + (int64_t)i * DUCK_KNOT_FRAMES);
}

double duck_first_gain(const struct duck *duck, double depth_db)
{
	return duck->deep[0] > 0.0 ? gain_from_db(depth_db * duck->deep[0]) : 1.0;
}

VECTOR void duck_fill(const struct duck *duck, double depth_db, float gain[BLOCK_FRAMES])
{
	double here = duck_first_gain(duck, depth_db);
	for (int knot = 0; knot < DUCK_KNOTS - 1; knot++) {
		double next = here;
		if (duck->deep[knot + 1] != duck->deep[knot])
			next = gain_from_db(depth_db * duck->deep[knot + 1]);
		float from = (float)here, slope = (float)((next - here) / DUCK_KNOT_FRAMES);
		for (int i = 0; i < DUCK_KNOT_FRAMES; i++)
			gain[knot * DUCK_KNOT_FRAMES + i] = from + slope * (float)i;
		here = next;
	}
}
