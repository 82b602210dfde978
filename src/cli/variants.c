#include "cli/variants.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/thread.h"

#include <time.h>

#define WAIT_SEC 1.0 // at its first asking; keys wait meanwhile

void variants_init(struct variants *variants, const struct score *score)
{
	static const enum score_ease eases[VARIANTS] = {EASE_NONE, EASE_DARK, EASE_NAMES, EASE_BREATH};
	pthread_condattr_t monotonic;
	*variants = (struct variants){.score = score};
	for (int i = 0; i < VARIANTS; i++)
		variants->each[i] = (struct variant){.ease = eases[i], .all = variants};
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&variants->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&variants->lock, NULL);
}

void variants_finish(struct variants *variants)
{
	for (int i = 0; i < VARIANTS; i++) {
		struct variant *variant = &variants->each[i];
		if (variant->begun)
			pthread_join(variant->thread, NULL);
		mix_destroy(variant->mix);
		score_destroy(variant->score);
	}
	pthread_cond_destroy(&variants->changed);
	pthread_mutex_destroy(&variants->lock);
}

static void *make(void *user)
{
	struct variant *variant = user;
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	score_ease(&variant->score, variant->all->score, variant->ease);
	if (mix_create(&variant->mix, variant->score, &faults) != STATUS_OK) {
		mix_destroy(variant->mix);
		variant->mix = NULL;
	}
	arena_destroy(arena);
	pthread_mutex_lock(&variant->all->lock);
	variant->done = true;
	pthread_cond_signal(&variant->all->changed);
	pthread_mutex_unlock(&variant->all->lock);
	return NULL;
}

static bool await(struct variants *variants, const struct variant *variant, double wait_sec)
{
	double until_sec = clock_sec() + wait_sec;
	struct timespec until = {.tv_sec = (time_t)until_sec,
	                         .tv_nsec = (long)((until_sec - (double)(time_t)until_sec) * 1e9)};
	pthread_mutex_lock(&variants->lock);
	while (!variant->done && pthread_cond_timedwait(&variants->changed, &variants->lock, &until) == 0)
		;
	bool done = variant->done;
	pthread_mutex_unlock(&variants->lock);
	return done;
}

struct mix *variants_get(struct variants *variants, enum session_variant which)
{
	struct variant *variant = &variants->each[which];
	double wait_sec = variant->begun ? 0.0 : WAIT_SEC;
	if (!variant->begun)
		variant->begun = thread_start(&variant->thread, make, variant);
	return variant->begun && await(variants, variant, wait_sec) ? variant->mix : NULL;
}
