#!/bin/bash
# start.sh - ./run in a fresh checkout: it builds, talks, is quick the second time, and asks for the packages it lacks.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/soleus-start-XXXXXX)
trap 'rm -rf "$work"' EXIT
failed=0

check() {
	local what=$1
	shift
	if ! "$@"; then
		echo "start: $what"
		failed=1
	fi
}

git ls-files -z run CMakeLists.txt bot intents responses | xargs -0 cp --parents -t "$work"
cd /

# the conversation alone is on standard output
out=$(echo '{"say": "hello"}' | "$work/run" --jsonl 2>"$work/err") || { cat "$work/err"; exit 1; }
check "first start does not say that it builds" grep -q Building "$work/err"
check "first start answers '$out'" grep -q '^{.*}$' <<<"$out"
check "one line of JSON for one line" test "$(wc -l <<<"$out")" = 1

# the best of three: the machine may be busy
best=99999
for _ in 1 2 3; do
	started=$(date +%s%3N)
	out=$(echo '{"say": "hello"}' | "$work/run" --jsonl 2>"$work/err")
	took=$(($(date +%s%3N) - started))
	((took >= best)) || best=$took
	check "second start says '$(cat "$work/err")'" test ! -s "$work/err"
done
check "second start takes $best ms" test "$best" -lt 1000

# A machine without libyaml-dev and cmake, and where only sudo may install.
mkdir "$work/bin" "$work/there"
cat >"$work/bin/dpkg-query" <<'EOF'
#!/bin/bash
name=${!#}
[[ $name != libyaml-dev && $name != cmake || -e $STAGE/there/$name ]] && echo -n installed
EOF
cat >"$work/bin/apt-get" <<'EOF'
#!/bin/bash
echo "apt-get $*" >>"$STAGE/apt.log"
echo "noise from apt-get"
for word; do
	touch "$STAGE/there/$word" 2>/dev/null || true
done
EOF
printf '#!/bin/bash\nexec "$@"\n' >"$work/bin/sudo"
chmod +x "$work/bin/"*
rm -rf "$work/build"
out=$(echo '{"say": "hello"}' | STAGE=$work PATH=$work/bin:$PATH "$work/run" --jsonl 2>"$work/err") ||
	{ cat "$work/err"; exit 1; }
check "start with packages missing answers '$out'" grep -q '^{.*}$' <<<"$out"
check "apt-get's words are in the conversation" test "$(wc -l <<<"$out")" = 1
check "only what is missing is installed: $(cat "$work/apt.log")" \
	grep -q 'install --no-install-recommends cmake libyaml-dev$' "$work/apt.log"
check "why is not said" grep -q 'libyaml-dev - reads' "$work/err"
exit $failed
