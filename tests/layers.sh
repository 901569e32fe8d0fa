#!/bin/bash
# layers.sh - every #include "folder/..." under bot/ goes the way that layers.txt allows. A tree other than this one can
# be named, with its own layers.txt in tests/.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

declare -A may
while IFS=: read -r folder uses; do
	[[ $folder == '#'* || -z $folder ]] || may[$folder]=" $folder $uses "
done <tests/layers.txt

bad=0 seen=0
while IFS=: read -r file line include; do
	folder=${file#bot/} folder=${folder%%/*}
	target=${include#*\"} target=${target%%\"*}
	seen=$((seen + 1))
	if [[ -z ${may[$folder]+set} ]]; then
		echo "$file:$line: bot/$folder is not in tests/layers.txt"
		bad=1
	elif [[ $target != */* ]]; then
		echo "$file:$line: \"$target\" must be named with its folder"
		bad=1
	elif [[ ${may[$folder]} != *" ${target%%/*} "* ]]; then
		echo "$file:$line: bot/$folder may not use bot/${target%%/*}"
		bad=1
	fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' bot --include='*.[ch]' --include='*.def')

if ((seen == 0)); then
	echo "no include found under bot/: the check looks in the wrong place"
	exit 1
fi
exit $bad
