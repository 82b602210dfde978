# Sourced: private sound servers for tests, without a card, a login or root, each in its own folder. Nothing of the
# user's own servers is touched. bash.
#
#   BUILD=/path/to/build; . servers.sh; servers_begin
#   start_paced 'fault die after_ms 700'   the paced ALSA output of tests/alsa, as the default; no server
#   start_jack                             jackd on its dummy driver, and an output "testsink" that keeps what it gets
#   start_pulse                            PulseAudio with a null sink "testsink", the default through ALSA
#   start_pipewire                         PipeWire, WirePlumber and pipewire-pulse, the same
#   start_bus                              a session bus of our own, without a server of sound
#   add_second_sink                        another null sink, "speaker", for sound that wanders
#   capture_speaker                        keeps what it gets in $ELSEWHERE, by the process $RECORDER
#   lose HOW                               what happens to the output: see below
#   leap_clock                             a clock in $LEAPING, for what is started with it
#   leap_to_its_end                        $PLAYER's leaps ahead, so that it gives up waiting for its output
#   plays_for SECONDS                      until $PLAYER's session has got so far
#   stop_all                               ends every server; servers_end also removes the folder
#
# What was heard is in $HEARD, raw stereo floats, after stop_capture (paced: at any time). A server that is missing
# makes its start return 77, which ctest takes for a skip.

# A session of its own for each script, so that tests beside each other can tell what each has left: pgrep -s 0. Source
# this file first, with the script's own words.
if [ "${STILLROOM_TEST_SESSION-}" != own ]; then
	STILLROOM_TEST_SESSION=own exec setsid -w "$0" "$@"
fi

no_process_left() { ! pgrep -s 0 "^stillroom-de" >/dev/null; } # neither device nor decoder

# expect WHAT COMMAND...: counts in $passed and $failed; tells $measured or $status, and err, where it fails
passed=0 failed=0
expect() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "FAILED: ${row:+$row: }$what (status ${status-}${measured:+, $measured})"
	[ ! -s err ] || head -n 5 err | sed 's/^/    /'
}

servers_begin() {
	SERVERS=$(mktemp -d "${TMPDIR:-/tmp}/stillroom-servers-XXXXXX")
	chmod 700 "$SERVERS"
	mkdir -m 700 "$SERVERS/run" "$SERVERS/home"
	HEARD=$SERVERS/heard.raw ELSEWHERE=$SERVERS/elsewhere.raw
	SERVER_PIDS=()
	CAPTURE_PID=
	PULSE_PID= PIPEWIRE_PID= PIPEWIRE_PULSE_PID= JACK_PID=
	export HOME=$SERVERS/home XDG_RUNTIME_DIR=$SERVERS/run PIPEWIRE_RUNTIME_DIR=$SERVERS/run
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	export ALSA_CONFIG_PATH=$SERVERS/alsa.conf
	# PortAudio asks for JACK at every start: no test may meet another's server
	export JACK_DEFAULT_SERVER=stillroom-none JACK_NO_START_SERVER=1 JACK_NO_AUDIO_RESERVATION=1
	export DBUS_SESSION_BUS_ADDRESS=disabled:
	unset DISPLAY WAYLAND_DISPLAY PULSE_SERVER PULSE_RUNTIME_PATH
	trap servers_end EXIT
}

servers_end() {
	stop_all
	rm -rf "$SERVERS"
}

have() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || {
			echo "skipped: there is no $program"
			return 77
		}
	done
}

# await SECONDS COMMAND...: until the command succeeds
await() {
	local tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		((tries-- > 0)) || {
			echo "never: $*" >&2
			return 1
		}
		sleep 0.05
	done
}

# What the session that plays says of itself: state, at, part, volume, ...
told() { timeout 5 "$STILLROOM" ctl status 2>/dev/null | sed -n "s/.*\"$1\": \"\{0,1\}\([^,\"}]*\).*/\1/p"; }
is() { [ "$(told "$1")" = "$2" ]; }
soon() { await 10 is "$@"; }

# env "${LEAPING[@]}" PROGRAM...: an output that stays away is not waited for as long as a listener would.
leap_clock() {
	printf '%-64s' 0 >"$SERVERS/leaping"
	LEAPING=("ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "LD_PRELOAD=$BUILD/tests/jumping_clock.so" "JUMPING_CLOCK=$SERVERS/leaping")
}

# While it waits: an output that has played for long has come back.
leap_to_its_end() {
	local ahead
	for ahead in 100 200 300 400; do
		soon state waiting
		printf '%-20s' $ahead | dd of="$SERVERS/leaping" bs=1 seek=32 conv=notrunc status=none
		await 8 player_has_ended 2>/dev/null && return
	done
	kill -KILL "$PLAYER"
}
player_has_ended() { ! kill -0 "$PLAYER" 2>/dev/null; }

# Its place moves only while an output takes sound, however long a busy machine needed to open one.
has_got_to() { awk -v at="$(told at)" -v least="$1" 'BEGIN { exit !(at != "" && at + 0 >= least) }'; }
plays_for() { await 30 has_got_to "$1"; }

# in_terminal COMMAND SCRIPT-OF-KEYS: in a terminal of its own; leaves seen, what was written there, and status
in_terminal() {
	rm -f "$HEARD" over pid
	(eval "$2") | (
		timeout 100 script -qefc "echo \$\$ >pid; exec $1" /dev/null >seen 2>&1
		code=$?
		touch over
		exit $code
	)
	status=$?
}

# run_server LOG PROGRAM...: its process id is in $!
run_server() {
	local log=$SERVERS/$1.log
	shift
	"$@" >"$log" 2>&1 &
	SERVER_PIDS+=($!)
	disown # no word from the shell when it is killed
}

# insist START LOG...: what does not begin well on a busy machine is begun anew, twice; its logs are shown
insist() {
	local start=$1 try
	shift
	for try in 1 2 3; do
		"$start" && return
		echo "$start, try $try, did not begin well:"
		tail -n 20 "${@/#/$SERVERS/}"
		stop_all
		sleep 1
	done
	return 1
}

# ---- Starts

start_paced() {
	cat >"$ALSA_CONFIG_PATH" <<-END
		pcm_type.paced { lib "$BUILD/tests/alsa/libasound_module_pcm_paced.so" }
		pcm.!default { type paced file "$HEARD" $* }
	END
}

start_jack() {
	have jackd jack_lsp || return
	insist run_jack jackd.log capture.log
}

run_jack() {
	# One name: JACK keeps eight, and gives the place of a killed server only to one of the same name
	export JACK_DEFAULT_SERVER=stillroom-tests
	echo 'pcm.!default { type null }' >"$ALSA_CONFIG_PATH" # PortAudio aborts where there is none
	# -S: the dummy driver waits for its clients, so that no frame is lost on a busy machine
	run_server jackd jackd -n "$JACK_DEFAULT_SERVER" --no-realtime -S -d dummy -r 48000 -p 1024
	JACK_PID=$!
	await 10 sh -c 'timeout 2 jack_lsp | grep -q playback_2' || return
	capture_jack && await 10 lists_testsink
}

# That the recorder is ready is not enough: on a busy machine PortAudio has been seen to find no server yet.
lists_testsink() { timeout 8 "$BUILD/libexec/stillroom/stillroom-device" --list | grep -q testsink; }

capture_jack() {
	"$BUILD/tests/jack_capture" testsink "$HEARD" >"$SERVERS/capture.log" 2>&1 &
	CAPTURE_PID=$!
	SERVER_PIDS+=($!)
	await 10 grep -q ready "$SERVERS/capture.log"
}

alsa_by_pulse() {
	echo 'pcm.!default { type pulse }' >"$ALSA_CONFIG_PATH"
}

start_pulse() {
	have pulseaudio pactl parec || return
	insist run_pulse pulse.log
}

run_pulse() {
	export PULSE_RUNTIME_PATH=$SERVERS/run/pulse PULSE_SERVER=unix:$SERVERS/run/pulse/native
	export PULSE_COOKIE=$SERVERS/cookie
	mkdir -p -m 700 "$PULSE_RUNTIME_PATH"
	alsa_by_pulse
	# norewinds: a null sink that rewinds plays some frames twice
	run_server pulse pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 --log-level=error \
		-L "module-native-protocol-unix auth-anonymous=1 socket=$PULSE_RUNTIME_PATH/native" \
		-L "module-null-sink sink_name=testsink format=float32le rate=48000 channels=2 norewinds=1"
	PULSE_PID=$!
	await 30 timeout 2 pactl info || return
	capture_pulse
}

start_bus() {
	have dbus-daemon || return
	export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
	run_server dbus dbus-daemon --session --nofork --nosyslog --address="$DBUS_SESSION_BUS_ADDRESS"
	await 10 test -S "$XDG_RUNTIME_DIR/bus"
}

start_pipewire() {
	have pipewire wireplumber pipewire-pulse pactl parec dbus-daemon || return
	insist run_pipewire pipewire.log wireplumber.log pipewire-pulse.log
}

run_pipewire() {
	alsa_by_pulse
	rm -rf "${XDG_RUNTIME_DIR:?}"/* # a killed server leaves sockets that look alive, and WirePlumber gives up on them
	# WirePlumber watches logind for Bluetooth's sake, and gives up where there is none
	mkdir -p "$XDG_CONFIG_HOME/wireplumber/bluetooth.lua.d"
	echo 'bluez_monitor.properties["with-logind"] = false' \
		>"$XDG_CONFIG_HOME/wireplumber/bluetooth.lua.d/51-no-logind.lua"
	start_bus || return # it ends without one
	run_server pipewire pipewire
	PIPEWIRE_PID=$!
	await 10 test -S "$XDG_RUNTIME_DIR/pipewire-0" || return
	run_server wireplumber wireplumber
	run_server pipewire-pulse pipewire-pulse
	PIPEWIRE_PULSE_PID=$!
	await 30 timeout 2 pactl info || return
	SINK_MODULE=$(timeout 5 pactl load-module module-null-sink sink_name=testsink rate=48000 channels=2)
	await 30 sh -c 'timeout 2 pactl list short sinks | grep -q testsink' || return
	await 10 timeout 5 pactl set-default-sink testsink || return
	capture_pulse
}

# The first frames after it may be lost while the recorder connects: wait until it has recorded something.
capture_pulse() {
	parec -d testsink.monitor --format=float32le --rate=48000 --channels=2 --raw --latency-msec=50 \
		>"$HEARD" 2>"$SERVERS/capture.log" &
	CAPTURE_PID=$!
	SERVER_PIDS+=($!)
	await 10 test -s "$HEARD"
}

stop_capture() {
	[ -n "$CAPTURE_PID" ] || return 0
	sleep 0.3
	kill "$CAPTURE_PID" 2>/dev/null
	wait "$CAPTURE_PID" 2>/dev/null
	CAPTURE_PID=
}

add_second_sink() {
	if [ -n "$PULSE_PID" ]; then
		timeout 5 pactl load-module module-rescue-streams >/dev/null
	fi
	timeout 5 pactl load-module module-null-sink sink_name=speaker rate=48000 channels=2 >/dev/null
	timeout 5 pactl set-default-sink testsink
}

capture_speaker() {
	parec -d speaker.monitor --format=float32le --rate=48000 --channels=2 --raw --latency-msec=20 \
		>"$ELSEWHERE" 2>"$SERVERS/elsewhere.log" &
	RECORDER=$!
	SERVER_PIDS+=($RECORDER)
	await 10 test -s "$ELSEWHERE"
}

# Silence elsewhere says nothing unless there was sound here.
is_heard_at_home() { [ "$("$BUILD/tests/measure_spill" "$HEARD")" != "samples=0 ms=0" ]; }

# ---- Losses

# lose HOW:
#   server   the server is killed (pulse, pipewire or jackd)
#   protocol pipewire-pulse alone is killed
#   sink     the sink is removed (a headset that is unplugged)
#   suspend  the sink is suspended
#   freeze   the server is stopped, and never goes on
lose() {
	case $1 in
	server) kill -KILL "${PULSE_PID:-${PIPEWIRE_PID:-$JACK_PID}}" ;;
	protocol) kill -KILL "$PIPEWIRE_PULSE_PID" ;;
	sink) timeout 5 pactl unload-module "${SINK_MODULE:-module-null-sink}" ;;
	suspend) timeout 5 pactl suspend-sink testsink 1 ;;
	freeze) kill -STOP "${PULSE_PID:-${PIPEWIRE_PID:-$JACK_PID}}" ;;
	*)
		echo "lose: what is $1?" >&2
		return 2
		;;
	esac
}

# ---- End

stop_all() {
	local pid
	for pid in "${SERVER_PIDS[@]}"; do
		kill -CONT "$pid" 2>/dev/null
		kill "$pid" 2>/dev/null
	done
	for pid in "${SERVER_PIDS[@]}"; do
		local tries=40
		while kill -0 "$pid" 2>/dev/null && ((tries-- > 0)); do
			sleep 0.05
		done
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	SERVER_PIDS=()
	CAPTURE_PID=
	PULSE_PID= PIPEWIRE_PID= PIPEWIRE_PULSE_PID= JACK_PID= SINK_MODULE=
	export DBUS_SESSION_BUS_ADDRESS=disabled: JACK_DEFAULT_SERVER=stillroom-none
	unset PULSE_SERVER PULSE_RUNTIME_PATH PULSE_COOKIE
	return 0
}
