// loop.cjs PATTERNS CANON - the plain loop in JavaScript: every pattern's test() over every message, as bots with lists of
// RegExp do. Speaks as bench_understand does (worker.c). Bytes are read as characters, which is what PCRE2 is asked for too.
const fs = require('fs');
const readline = require('readline');

// What a RegExp can not say, or would read as something else without a word.
const UNKNOWN = /\\[AGKRXZzhHvVNQEp]|\(\?[>|(#&RP+-]|\(\?[a-z]+[:)]|\[\[:|[*+?}]\+|\(\*/;

// Names of groups go: two of one name are no error to PCRE2.
const translate = source => source.replace(/(\\.)|\(\?P?<(?![=!])[^>]*>/gs, (all, escape) => escape || '(');

const lines = file => fs.readFileSync(file, 'latin1').split('\n').slice(0, -1);

const cpu = () => { const c = process.cpuUsage(); return (c.user + c.system) * 1000; };

const compile = source => {
	const plain = translate(source);
	if (UNKNOWN.test(plain.replace(/\\\\/g, '')))
		return null;
	try {
		return new RegExp(plain);
	} catch {
		return null;
	}
};

const start = cpu();
const all = lines(process.argv[2]).map(compile);
const left = all.map((re, i) => [re, i]).filter(([re]) => re);
const setup = cpu() - start;
const messages = lines(process.argv[3]);

console.log(JSON.stringify({ engine: 'js', patterns: all.length, left_out: all.length - left.length, setup_ms: setup / 1e6 }));
readline.createInterface({ input: process.stdin }).on('line', line => {
	const [from, to] = line.split(' ').map(Number);
	const before = cpu();
	let matches = 0;
	for (let m = from; m < Math.min(to, messages.length); m++)
		for (const [re] of left)
			if (re.test(messages[m]))
				matches++;
	console.log(JSON.stringify({ ns: cpu() - before, matches }));
});
