#!/bin/bash
# install.sh - what `cmake --install` puts somewhere works there, with its own data, configuration and unit. Usage:
# install.sh BUILD
set -euo pipefail
build=$(realpath "$1")
prefix=$(mktemp -d /tmp/soleus-install-XXXXXX)
trap 'rm -rf "$prefix"' EXIT

cmake --install "$build" --prefix "$prefix/usr" >/dev/null
DESTDIR=$prefix/debian cmake --install "$build" --prefix /usr >/dev/null
cd /
"$prefix/usr/bin/soleus" check

# it starts from the image that was installed with it: else it would make one
XDG_CACHE_HOME=$prefix/cache "$prefix/usr/bin/soleus" classify --jsonl </dev/null
if [[ -n $(find "$prefix/cache" -name '*.image') ]]; then
	echo "the image that was installed does not fit"
	exit 1
fi
"$prefix/usr/bin/soleus" check --config "$prefix/usr/etc/soleus/soleus.yaml"

# that was the installed data, not the source tree: without it there is something to complain about
cp -r "$prefix/usr" "$prefix/broken"
find "$prefix/broken/share/soleus/intents" -type f -delete
if "$prefix/broken/bin/soleus" check >/dev/null 2>&1; then
	echo "soleus check is happy without its installed data"
	exit 1
fi

# where Debian expects things
for file in usr/bin/soleus usr/share/soleus/intents/vocabulary.yaml usr/share/soleus/responses/en/talk.yaml \
	usr/lib/systemd/system/soleus.service etc/soleus/soleus.yaml usr/share/doc/soleus/README.md \
	usr/share/doc/soleus/examples/clinic.yaml; do
	[[ -f $prefix/debian/$file ]] || { echo "/$file is not installed"; exit 1; }
done

# an operator's configuration stays
echo "region: gb" >"$prefix/debian/etc/soleus/soleus.yaml"
DESTDIR=$prefix/debian cmake --install "$build" --prefix /usr >/dev/null
[[ $(<"$prefix/debian/etc/soleus/soleus.yaml") == "region: gb" ]] || { echo "the configuration was written over"; exit 1; }

# the unit names what was installed, systemd understands all of it, and little is left open
unit=$prefix/usr/lib/systemd/system/soleus.service
grep -qx "ExecStart=$prefix/usr/bin/soleus run --config $prefix/usr/etc/soleus/soleus.yaml" "$unit" ||
	{ echo "the unit starts something else"; exit 1; }
if ! command -v systemd-analyze >/dev/null; then
	echo "systemd is not installed: the unit was not checked"
	exit 0
fi
said=$(systemd-analyze verify "$unit" 2>&1) || { echo "$said"; exit 1; }
[[ -z $said ]] || { echo "$said"; exit 1; }
exposure=$(systemd-analyze security --offline=yes --no-pager "$unit" | sed -nE 's/.*Overall exposure level for .*: ([0-9.]+) .*/\1/p')
echo "exposure of the unit: $exposure"
awk -v exposure="$exposure" 'BEGIN { exit !(exposure != "" && exposure <= 2.0) }' || { echo "more than 2.0"; exit 1; }
