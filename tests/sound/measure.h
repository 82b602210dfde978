// Ears for the tests: loudness and true peak by EBU R 128 (libebur128), spectra by Goertzel and a small FFT, envelopes.
// Everything is static; link with libebur128 and libm. Stereo is interleaved, spectra take one channel.
#ifndef TESTS_SOUND_MEASURE_H
#define TESTS_SOUND_MEASURE_H

#include "base/frames.h"
#include "base/memory.h"

#include <ebur128.h>

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MEASURE_PI 3.14159265358979323846

static inline double measure_db(double gain)
{
	return 20.0 * log10(gain > 1e-12 ? gain : 1e-12);
}

static inline float *measure_buffer(int64_t frames)
{
	return memory_alloc((size_t)frames * ENGINE_CHANNELS * sizeof(float));
}

// Integrated loudness of stereo frames, LUFS.
static inline double measure_lufs(const float *stereo, int64_t frames)
{
	double lufs = -INFINITY;
	ebur128_state *state = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_I);
	ebur128_add_frames_float(state, stereo, (size_t)frames);
	ebur128_loudness_global(state, &lufs);
	ebur128_destroy(&state);
	return lufs;
}

// True peak of stereo frames, dBTP.
static inline double measure_true_peak_db(const float *stereo, int64_t frames)
{
	double peak = 0.0;
	ebur128_state *state = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
	ebur128_add_frames_float(state, stereo, (size_t)frames);
	for (unsigned channel = 0; channel < ENGINE_CHANNELS; channel++) {
		double one = 0.0;
		ebur128_true_peak(state, channel, &one);
		peak = one > peak ? one : peak;
	}
	ebur128_destroy(&state);
	return measure_db(peak);
}

static inline double measure_peak(const float *samples, int64_t count)
{
	double peak = 0.0;
	for (int64_t i = 0; i < count; i++)
		peak = fabs((double)samples[i]) > peak ? fabs((double)samples[i]) : peak;
	return peak;
}

static inline double measure_rms(const float *samples, int64_t count)
{
	double sum = 0.0;
	for (int64_t i = 0; i < count; i++)
		sum += (double)samples[i] * (double)samples[i];
	return sqrt(sum / (double)count);
}

// channel 0 left, 1 right, 2 both summed and halved.
static inline float *measure_channel(const float *stereo, int64_t frames, int channel)
{
	float *mono = memory_alloc((size_t)frames * sizeof *mono);
	for (int64_t i = 0; i < frames; i++)
		mono[i] = channel < 2 ? stereo[2 * i + channel] : 0.5f * (stereo[2 * i] + stereo[2 * i + 1]);
	return mono;
}

// Without the looks for infinity that C's own product takes.
static inline double complex measure_product(double complex a, double complex b)
{
	return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b), creal(a) * cimag(b) + cimag(a) * creal(b));
}

// In place; count is a power of two.
static inline void measure_fft(double complex *x, int count)
{
	for (int i = 1, j = 0; i < count; i++) {
		int bit = count >> 1;
		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			double complex swap = x[i];
			x[i] = x[j];
			x[j] = swap;
		}
	}
	for (int length = 2; length <= count; length *= 2) {
		double complex turn = cexp(-2.0 * MEASURE_PI * I / length);
		for (int begin = 0; begin < count; begin += length) {
			double complex w = 1.0;
			for (int i = 0; i < length / 2; i++, w = measure_product(w, turn)) {
				double complex a = x[begin + i], b = measure_product(x[begin + i + length / 2], w);
				x[begin + i] = a + b;
				x[begin + i + length / 2] = a - b;
			}
		}
	}
}

// Welch's power spectrum: power[0..size/2), averaged over Blackman-Harris windows of `size`, half overlapped. The sum
// of power over bins is the mean square. Bin k is k * rate / size.
static inline void measure_spectrum(const float *samples, int64_t count, int size, double *power)
{
	double complex *x = memory_alloc((size_t)size * sizeof *x);
	double *window = memory_alloc((size_t)size * sizeof *window), energy = 0.0;
	for (int i = 0; i < size; i++) {
		double one = cos(2.0 * MEASURE_PI * i / size), two = 2.0 * one * one - 1.0,
		       three = 2.0 * one * two - one;
		window[i] = 0.35875 - 0.48829 * one + 0.14128 * two - 0.01168 * three;
		energy += window[i] * window[i];
	}
	memset(power, 0, (size_t)(size / 2) * sizeof *power);
	int rounds = 0;
	for (int64_t at = 0; at + size <= count; at += size / 2, rounds++) {
		for (int i = 0; i < size; i++)
			x[i] = window[i] * (double)samples[at + i];
		measure_fft(x, size);
		for (int k = 0; k < size / 2; k++)
			power[k] += 2.0 * (creal(x[k]) * creal(x[k]) + cimag(x[k]) * cimag(x[k]));
	}
	for (int k = 0; k < size / 2; k++)
		power[k] /= energy * size * (rounds ? rounds : 1);
	free(x);
	free(window);
}

// Power between two frequencies, from a spectrum.
static inline double measure_band(const double *power, int size, double rate_hz, double low_hz, double high_hz)
{
	double sum = 0.0;
	for (int k = (int)ceil(low_hz * size / rate_hz); k < size / 2 && k * rate_hz / size < high_hz; k++)
		sum += power[k];
	return sum;
}

// Amplitude of one frequency under a Hann window (Goertzel's sum, written out).
static inline double measure_tone(const float *samples, int64_t count, double hz)
{
	double complex sum = 0.0;
	for (int64_t i = 0; i < count; i++) {
		double window = 1.0 - cos(2.0 * MEASURE_PI * ((double)i + 0.5) / (double)count);
		sum += window * (double)samples[i] * cexp(-2.0 * MEASURE_PI * I * hz / ENGINE_RATE_HZ * (double)i);
	}
	return 2.0 * cabs(sum) / (double)count;
}

// Frequency of a nearly pure tone, from the way between its first and last rising zero crossings.
static inline double measure_hz(const float *samples, int64_t count)
{
	double first = -1.0, last = -1.0;
	int turns = -1;
	for (int64_t i = 1; i < count; i++) {
		double a = (double)samples[i - 1], b = (double)samples[i];
		if (a < 0.0 && b >= 0.0) {
			last = (double)(i - 1) + a / (a - b);
			first = turns < 0 ? last : first;
			turns++;
		}
	}
	return turns > 0 ? turns * (double)ENGINE_RATE_HZ / (last - first) : 0.0;
}

// RMS of each step of `step` frames (both channels): an envelope. Returns how many steps.
static inline int64_t measure_envelope(const float *stereo, int64_t frames, int step, double *envelope)
{
	for (int64_t i = 0; i < frames / step; i++)
		envelope[i] = measure_rms(stereo + i * step * ENGINE_CHANNELS, (int64_t)step * ENGINE_CHANNELS);
	return frames / step;
}

// Centre of a spectrum's power, Hz.
static inline double measure_centroid(const double *power, int size, double rate_hz)
{
	double sum = 0.0, weighted = 0.0;
	for (int k = 1; k < size / 2; k++) {
		sum += power[k];
		weighted += power[k] * k * rate_hz / size;
	}
	return weighted / sum;
}

// The tallest line in the spectrum of the envelope. `over_db`: above what lies around it (a mean over an octave): 0 to 4 for
// noise, far more for tremolo. `depth_db`: as amplitude modulation; -40 dB is 1 %.
struct measure_tremolo {
	double over_db, depth_db;
};

// The envelope is the power under a Hann window of 8 ms (so that sums and differences of tones far apart do not fold
// back as beats), 1500 times a second.
static inline float *measure_power_envelope(const float *stereo, int64_t frames, int64_t *count)
{
	enum { STEP = 32, WINDOW = 384 };
	*count = (frames - WINDOW) / STEP;
	float *envelope = memory_alloc((size_t)*count * sizeof *envelope), window[WINDOW];
	for (int i = 0; i < WINDOW; i++)
		window[i] = (float)(1.0 - cos(2.0 * MEASURE_PI * (i + 0.5) / WINDOW));
	double mean = 0.0;
	for (int64_t k = 0; k < *count; k++) {
		const float *x = stereo + k * STEP * ENGINE_CHANNELS;
		float sum = 0.0f;
		for (int i = 0; i < WINDOW; i++)
			sum += window[i] * (x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1]);
		envelope[k] = sum;
		mean += (double)sum / (double)*count;
	}
	for (int64_t k = 0; k < *count; k++)
		envelope[k] = (float)((double)envelope[k] / mean - 1.0);
	return envelope;
}

// Between two rates of it: 1 to 150 Hz is tremolo, the ear hears 30 to 150 Hz as roughness.
static inline struct measure_tremolo measure_tremolo_between(const float *stereo, int64_t frames, double low_hz,
                                                             double high_hz)
{
	enum { SIZE = 8192 };
	const double rate_hz = 1500.0, octave = sqrt(2.0);
	int64_t count;
	float *envelope = measure_power_envelope(stereo, frames, &count);
	double spectrum[SIZE / 2], over = 0.0, tallest = 0.0;
	measure_spectrum(envelope, count, SIZE, spectrum);
	for (int k = (int)ceil(low_hz * SIZE / rate_hz); k * rate_hz / SIZE < high_hz; k++) {
		double hz = k * rate_hz / SIZE;
		double around = measure_band(spectrum, SIZE, rate_hz, hz / octave, hz * octave) /
		                (hz * (octave - 1.0 / octave) * SIZE / rate_hz);
		over = fmax(over, spectrum[k] / around);
		tallest = fmax(tallest, spectrum[k]);
	}
	free(envelope);
	// A power of 1 + 2 m sin has half of (2 m)^2 in its line, and the window spreads that over two bins.
	return (struct measure_tremolo){10.0 * log10(over), 10.0 * log10(tallest)};
}

static inline struct measure_tremolo measure_tremolo(const float *stereo, int64_t frames)
{
	return measure_tremolo_between(stereo, frames, 1.0, 150.0);
}

#endif
