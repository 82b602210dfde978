#!/bin/bash
# kill -9 at random instants, 200 times in four lanes, and after each the session is picked up where it was left: of what
# was heard at most a second is lost, and never is a place ahead of the ear. usage: test_kills.sh BUILD SOURCE [KILLS]
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
KILLS=${3:-200}
LANES=4
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
printf 'stillroom: 1\ntitle: Long\nbed: {track: brown, level: soft}\nsteps: [{part: One}, {rest: 30m}]\n' >long.yaml

heard_frames() { eval "$("$BUILD/tests/measure_capture" "$HEARD" /dev/null)"; }
kept_frames() { frames=0; eval "$("$BUILD/tests/last_bookmark" "$XDG_STATE_HOME/stillroom")"; }

# A life: from where the last one was left, to a kill; says how many frames of what was heard are lost.
live() {
	local begin=$frames words=(resume)
	"$BUILD/tests/last_bookmark" "$XDG_STATE_HOME/stillroom" >place || words=(play long) # none was kept yet
	rm -f "$HEARD"
	"$STILLROOM" "${words[@]}" >out 2>err </dev/null &
	local player=$! left
	await 30 test -s "$HEARD" || cat err
	sleep $((RANDOM % 2)).$(printf %03d $((RANDOM % 1000)))
	kill -KILL "$player"
	wait "$player" 2>/dev/null
	await 5 sh -c "! pgrep -f 'stillroom-device --play $player\$'"
	heard_frames
	kept_frames
	echo "$1 begin=$begin heard=$heard lost=$((begin + heard - frames))" >>lives
}

run_lane() {
	mkdir "lane$1" && cd "lane$1" && cp ../long.yaml . || return
	RANDOM=$1
	export HOME=$PWD XDG_STATE_HOME=$PWD/state ALSA_CONFIG_PATH=$PWD/alsa.conf
	HEARD=$PWD/heard.raw
	start_paced
	frames=0
	local i
	for ((i = 0; i < KILLS / LANES; i++)); do
		live "$i"
	done
}

for ((lane = 1; lane <= LANES; lane++)); do
	(trap - EXIT; run_lane $lane) 2>/dev/null &
done
wait
cat lane*/lives >lives
measured=$(sed 's/.*lost=//' lives | sort -n | awk '{ all[NR] = $1 } END { print "kills=" NR " least=" all[1] " median=" all[int((NR + 1) / 2)] " most=" all[NR] }')
echo "frames lost: $measured"
eval "$measured"
expect "every life was lived" [ "$kills" -eq $((KILLS / LANES * LANES)) ]
expect "at most a second is lost" [ "$most" -le 48000 ]
expect "no place is ahead of the ear" [ "$least" -ge -7200 ] # two periods of the output: it keeps what it has played by periods
expect "sessions were picked up where they had got to" grep -q 'begin=[1-9][0-9]\{5\}' lives
expect "no process is left" await 5 no_process_left
[ "$failed" -eq 0 ] || sort -t= -k4 -n lives | tail -n 5
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
