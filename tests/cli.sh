#!/bin/bash
# cli.sh - what every command line must do: help, version, exit status. Usage: cli.sh SOLEUS
set -uo pipefail
soleus=$1
failed=0

# expect STATUS STREAM PATTERN ARGUMENT...: the exit status, and a pattern that out or err must contain.
expect() {
	local status=$1 stream=$2 pattern=$3 out err got
	shift 3
	out=$("$soleus" "$@" 2>/dev/null </dev/null)
	got=$?
	err=$("$soleus" "$@" 2>&1 >/dev/null </dev/null)
	if [[ $got != "$status" ]]; then
		echo "soleus $*: exit status $got, expected $status"
		failed=1
	fi
	if ! grep -qE -- "$pattern" <<<"${!stream}"; then
		echo "soleus $*: std$stream lacks '$pattern':"
		echo "${!stream}"
		failed=1
	fi
}

expect 0 out '^usage: soleus COMMAND' --help
expect 0 out '^usage: soleus COMMAND' -h
expect 0 out '^usage: soleus COMMAND' help
expect 0 out '^soleus [0-9]+\.[0-9]+\.[0-9]+$' --version
expect 2 err '^usage: soleus COMMAND'
expect 2 err "no command 'nonsense'" nonsense
expect 2 err "no command '--nonsense'" --nonsense

# Each command explains itself, refuses an option it does not know, and fails without its data.
commands=$("$soleus" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for command in $commands; do
	expect 0 out "^usage: soleus $command" "$command" --help
	expect 2 err '.' "$command" --no-such-option
	operands=()
	case $command in
	classify | decide) operands=(--jsonl) ;;
	rehearse) operands=(/dev/null) ;;
	image) operands=(/dev/null/no-file) ;;
	export | forget) operands=(somebody) ;;
	matrix) operands=(login) ;;
	esac
	case $command in
	run | matrix | doctor | export | forget) # their data is named by a configuration
		expect 1 err 'no-such-file' "$command" --config /no-such-file "${operands[@]}"
		continue
		;;
	esac
	expect 1 err 'no-such-dir' "$command" --data /no-such-dir "${operands[@]}"
done

expect 0 out 'soleus check --keys' run --help
expect 0 out '^telegram\.poll_timeout_s: a whole number' check --keys

expect 2 err 'unknown region "UK"; .*\bgb\b' chat --region UK

# Why: the words marked, with their bytes, what changed them, and the sources by name.
said="my calf is swollen, not warm"
expect 0 out '^\[my\] \[calf is swollen\], \{not\} \[warm\]$' explain "$said"
expect 0 out 'swelling\.yaml:[0-9]+  bytes 3 to 18$' explain "$said"
expect 0 out 'because of "not" \(context/not\)$' explain "$said"
expect 0 out '^      N1: NICE ' explain "$said"

# A play that could not be run has not passed, in the report either.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'title: hopeless\n> hi\n  says: pineapple\n' >"$folder/fails.play"
printf 'title: empty\n> hi\n' >"$folder/empty.play"
printf 'title: fine\n> hi\n  urgency: none\n' >"$folder/fine.play"
expect 1 out '^1 passed, 3 failed$' rehearse --junit "$folder/report.xml" "$folder"/{fails,empty,none,fine}.play
for pattern in 'tests="4" failures="1" errors="2"' 'name="hopeless".*<failure' 'name="empty".*<error' \
	'none\.play"><error' 'name="fine" file=".*fine\.play"></testcase>'; do
	grep -qE -- "$pattern" "$folder/report.xml" || {
		echo "soleus rehearse --junit: the report lacks '$pattern':"
		cat "$folder/report.xml"
		failed=1
	}
done

if "$soleus" --help >/dev/full 2>/dev/null; then
	echo "soleus --help: a full disk is not noticed"
	failed=1
fi
exit $failed
