// The ten-minute reference session: what its material, the plain loop and the comparison must agree on.
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

enum {
	RATE_HZ = 48000,
	SESSION_SEC = 600,
	SESSION_FRAMES = SESSION_SEC * RATE_HZ,
	BED_SEC = 60,
	SEAM_SEC = 3, // LOOP_CROSSFADE_SEC of sound/rules.h
	CLIP_RATE_HZ = 24000,
	CLIP_SEC = 3,
	CLIPS = 40,
	FIRST_CLIP_SEC = 9, // the session's first 8 s are the bed's
	CLIP_EVERY_SEC = 15,
	BREATH_BEGIN_SEC = 8,
	BREATH_SEC = 5, // in, and out
	FADE_IN_SEC = 6,
	FADE_OUT_SEC = 2,
};

// As the packs' manifests say; the player brings both to -23.
#define CLIP_LUFS (-21.0)
#define LOUD_CLIP_LUFS (-30.0) // 7 dB up, and more would be refused: the limiter works under every word

#endif
