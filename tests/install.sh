#!/bin/bash
# install.sh - what `cmake --install` puts somewhere works there, with its own data. Usage: install.sh BUILD
set -euo pipefail
prefix=$(mktemp -d /tmp/soleus-install-XXXXXX)
trap 'rm -rf "$prefix"' EXIT

cmake --install "$1" --prefix "$prefix/usr" >/dev/null
cd /
"$prefix/usr/bin/soleus" check

# that was the installed data, not the source tree: without it there is something to complain about
cp -r "$prefix/usr" "$prefix/broken"
find "$prefix/broken/share/soleus/intents" -type f -delete
if "$prefix/broken/bin/soleus" check >/dev/null 2>&1; then
	echo "soleus check is happy without its installed data"
	exit 1
fi
