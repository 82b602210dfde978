#!/bin/bash
# The device sink through real sound servers: what is heard is what was played, to the last frame.
# usage: test_device_plays.sh BUILD SOURCE [SERVER...]
#
# Exact, also on a busy machine, are the paced ALSA output and jackd -S. A PulseAudio or PipeWire recorder may miss the
# first frames or the last on a busy machine, which is the recorder's doing: name these servers to try them.
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
shift 2
servers_begin
[ $# -gt 0 ] || set -- paced jack
bad=0
for server in "$@"; do
	device=- code=0
	[ "$server" = jack ] && device=testsink
	rm -f "$HEARD"
	"start_$server" || code=$?
	if [ "$code" -eq 77 ]; then
		echo "skip $server"
		continue
	fi
	"$BUILD/tests/play_noise" "$BUILD/libexec/stillroom/stillroom-device" "$device" 3 "$SERVERS/reference.raw" || code=1
	stop_capture
	"$BUILD/tests/compare_capture" "$HEARD" "$SERVERS/reference.raw" || code=1
	stop_all
	[ "$code" -eq 0 ] && echo "ok   $server" || echo "FAIL $server"
	[ "$code" -eq 0 ] || bad=1
done
exit $bad
