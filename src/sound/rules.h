// The sound rules: every default with its source. Levels of lanes are relative to the voice unless they say LUFS.
#ifndef SOUND_RULES_H
#define SOUND_RULES_H

// Voice: EBU R 128 programme loudness, so that packs sound alike.
#define VOICE_LUFS (-23.0)

// Ceiling, true peak (ITU-R BS.1770). Sound aversion begins 15 dB lower between attacks and 30 dB lower in one
// (Ashkenazi 2009, Cephalalgia 29:1042), so at bedtime and in an attack the whole session is softer as well.
#define CEILING_DAY_DBTP (-12.0)
#define CEILING_GENTLE_DBTP (-18.0)
#define GENTLE_DB (-6.0)

// Bed under the voice, and how it makes room for words.
#define BED_SOFT_DB (-14.0)
#define DUCK_DB (-8.0)
#define TONES_DUCK_DB (-6.0)  // breath and strokes, which lie where vowels do; at the same times
#define DUCK_LEAD_SEC 0.6     // the duck begins this long before the word
#define DUCK_FALL_SEC 0.7     // S-curve down
#define DUCK_HOLD_GAP_SEC 2.5 // shorter gaps between words stay ducked
#define DUCK_RISE_SEC 2.0     // S-curve up

// Breath tone. In and out are told apart with closed eyes: it rises, then falls.
#define BREATH_DB (-14.0)
#define BREATH_LOW_HZ 196.0               // g, the end of the out-breath; fundamentals stay in 180 to 440 Hz
#define BREATH_HIGH_HZ 294.0              // d', the end of the in-breath
#define BREATH_SECOND_HARMONIC_DB (-34.0) // it passes the tones of the drone, and would beat with them
#define BREATH_EDGE_SEC 0.35              // raised cosine; longer rise times startle less; never under 0.04
#define BREATH_LEAST_SEC 0.2              // a shorter phase has no room for soft edges and is silent

// Stroke: brushed noise, below the bed's level.
#define STROKE_DB (-17.0)
#define STROKE_EDGE_SEC 0.08 // raised cosine, at the least: a touch, never a click

// Fades, all in decibels per frame to absolute targets.
#define FADE_START_SEC 6.0
#define LEAD_IN_SEC 8.0 // the first step: a bed is there before the first word, so that no word comes out of nothing
#define FADE_END_SEC 30.0
#define FADE_PAUSE_SEC 1.5
#define FADE_RESUME_SEC 3.0
#define FADE_STOP_SEC 1.0
#define FADE_BED_CHANGE_SEC 8.0
#define FADE_DEPTH_DB (-40.0) // of start, end and lanes: all of the fade is heard, not the first third of it
#define FADE_FLOOR_DB (-60.0) // of the volume: below the voice this is silence
#define LOOP_CROSSFADE_SEC 3.0

#endif
