// How the weather moves: the slow curves of each texture's bands. All are slower than 1 Hz, so that nothing trembles,
// and each is a function of its own place: a wave or a gust has a number, and its height and time are hashes of that.
#include "sound/texture_parts.h"

#include "base/decibel.h"
#include "base/hash.h"

#include <math.h>

double texture_drift(uint64_t seed, double t)
{
	double whole = floor(t), x = t - whole;
	int64_t k = (int64_t)whole;
	double c[4];
	for (int i = 0; i < 4; i++)
		c[i] = hash_signed(seed, (uint64_t)(k - 1 + i));
	double a0 = (c[0] + 4.0 * c[1] + c[2]) / 6.0, a1 = (c[2] - c[0]) / 2.0;
	double a2 = (c[0] - 2.0 * c[1] + c[2]) / 2.0, a3 = (c[3] - c[0] + 3.0 * (c[1] - c[2])) / 6.0;
	return a0 + x * (a1 + x * (a2 + x * a3));
}

static void lift(double gain[BANDS], int from_band, int to_band, double db)
{
	double by = gain_from_db(db);
	for (int band = from_band; band <= to_band; band++)
		gain[band] *= by;
}

// A shower that comes a little nearer and goes a little farther.
void texture_sway_rain(uint64_t seed, double sec, double gain[BANDS])
{
	lift(gain, 1, 3, 1.5 * texture_drift(hash64(seed, 11), sec / 6.0));
	lift(gain, 4, 8, 1.1 * texture_drift(hash64(seed, 12), sec / 7.0));
}

// Rises in two fifths of its time and runs out in the rest, smooth at both ends; 1 at its crest.
static double wave_shape(double u)
{
	if (u <= 0.0 || u >= 1.0)
		return 0.0;
	double down = 1.0 - u;
	return 28.935185185185187 * u * u * down * down * down;
}

// A wave every 8 s or so, each 13 s long, over the murmur of the others. What is high comes late and goes early: foam.
void texture_sway_sea(uint64_t seed, double sec, double gain[BANDS])
{
	const double every_sec = 8.0, lasts_sec = 13.0;
	double body = 0.0, foam = 0.0;
	int64_t last = (int64_t)floor(sec / every_sec);
	for (int64_t k = last - 2; k <= last; k++) {
		double begin = ((double)k + 0.4 * hash_unit(hash64(seed, 21), (uint64_t)k)) * every_sec;
		double height = 0.85 + 0.3 * hash_unit(hash64(seed, 22), (uint64_t)k);
		double shape = height * wave_shape((sec - begin) / lasts_sec);
		double late = height * wave_shape((sec - begin - 0.8) / (lasts_sec - 2.0));
		body += shape * shape;
		foam += late * late * late;
	}
	double low = sqrt(0.2 + body), high = sqrt(0.04 + foam);
	for (int band = 1; band < BANDS; band++)
		gain[band] *= band <= 3 ? high : low;
}

// The water finds its way a little differently all the time.
void texture_sway_brook(uint64_t seed, double sec, double gain[BANDS])
{
	for (int band = 2; band <= 6; band++)
		gain[band] *= gain_from_db(3.0 * texture_drift(hash64(seed, 30 + (uint64_t)band), sec / 2.3));
}

// A gust is louder and, above all, brighter.
void texture_sway_wind(uint64_t seed, double sec, double gain[BANDS])
{
	static const double follow_db[BANDS] = {0, 7, 6, 6, 5, 2, 0, 0, 0};
	double gust = texture_drift(hash64(seed, 41), sec / 3.5) + 0.4 * texture_drift(hash64(seed, 42), sec / 1.9);
	for (int band = 1; band < BANDS; band++)
		gain[band] *= gain_from_db(follow_db[band] * gust);
}

// Still air; now and then leaves move somewhere.
void texture_sway_night(uint64_t seed, double sec, double gain[BANDS])
{
	lift(gain, 5, 8, 1.1 * texture_drift(hash64(seed, 51), sec / 9.0));
	double leaves = texture_drift(hash64(seed, 52), sec / 4.0) - 0.2;
	lift(gain, 1, 4, leaves > 0.0 ? 20.0 * leaves * leaves : 0.0);
}
