#!/usr/bin/env python3
"""Makes messages to measure speed with; the same ones each time.

usage: bench/messages.py plain N | bench/messages.py hostile

plain: N short messages as people with a sore calf might type them, one a line, some 70 bytes on average: two thirds tell
what is wrong, the others ask, greet, answer a question or are about something else; with slips of the keyboard, capitals,
signs. hostile: messages of 4,096 bytes that give the matching as much to do as can be. Nobody wrote any of them, and they
say nothing of how well people are understood.
"""
import random
import sys

WHERE = """my calf|my left calf|my right calf|the back of my leg|my lower leg|both my calves|the muscle below my knee
the inside of my left calf|my calf muscle|my husband's calf|my mother's leg|my shin|my achilles|the outside of my calf
the middle of my calf|my daughter's right calf|the leg|my calf and ankle|my soleus|just below the back of my knee""".replace("\n", "|").split("|")
WHAT = """is sore|hurts a lot|is swollen|is red and warm|has gone hard|feels tight|cramps|keeps cramping|is numb|tingles
is bruised|throbs|is hot to touch|looks bigger than the other|aches|is stiff in the morning|feels heavy|has a lump in it
burns|is tender|twitches|feels weak|turned pale|is cold|is shiny and tight|has gone blue|is killing me|has a dent
gave way|feels like it might tear|itches|has a stabbing pain|is puffy|won't stop jumping|has veins standing out""".replace("\n", "|").split("|")
WHEN = """since monday|since this morning|for a week|for three days|after running|after a long flight|at night
when i climb stairs|while i was playing football|since my operation|after i slipped|when i stand on tiptoe|for months now
after two hundred metres of walking|since i changed my shoes|out of the blue|after the gym|in bed|when i push off
after sitting all day|since the plaster came off|since i gave birth|on and off|when i stretch it|every evening""".replace("\n", "|").split("|")
MORE = """there was a snap|i thought somebody kicked me|i can't walk on it|i can hardly put my heel down|no swelling though
it's not warm|no fever|i can't breathe properly|my chest hurts when i take a breath|i had a clot years ago|my dad had a thrombosis
i'm on the pill|i take blood thinners|i'm diabetic|i'm 58|i am pregnant|i smoke|it gets worse|it's getting better
resting helps|ice did nothing|my toes are numb|i can't lift my foot|the red patch is growing|my pee went dark
i feel faint|my heart is pounding|i coughed up blood|maybe it's a bit swollen, not sure|i sit at a desk all day
my back hurts as well|the pain goes from my bottom down|i take statins|i had cancer|it's about 7 out of 10
worst pain of my life|it's only a little sore|my sock leaves a mark|i have varicose veins|my foot is cold
i was in bed for ten days|i've had the shivers|it is the same as last year|i didn't warm up|i drink hardly any water""".replace("\n", "|").split("|")
ASKS = """what is a blood clot|could it be a thrombosis|should i see a doctor|can i run with this|when can i train again
is ice or heat better|can i take ibuprofen|how long will it last|what helps against cramp at night|does stretching help
is it dangerous|should i go to hospital|what is compartment syndrome|may i massage it|do compression socks help
how do i prevent this|what is a strain|why does it cramp|how should i warm up|can i fly tomorrow""".replace("\n", "|").split("|")
SMALL = """yes|no|nope|yeah a bit|not really|i don't know|maybe|left|the right one|both|7|8/10|two days|since friday|45
no fever|yes it's warm|it's worse|the same|ok|none of these|i think so|not that i know|thanks|what do you mean|sure""".replace("\n", "|").split("|")
ELSE = """hello|good evening|hey|thank you|bye|who are you|are you a real doctor|can i talk to a person|delete my data
what do you keep about me|start again|help|my shoulder hurts|i have a headache|my wrist is broken|the cat is ill
what's the weather like|how do i bake bread|tell me something funny|you are no help|when do you open|do you take my insurance
our cow had a calf|my stomach is upset|i can't sleep|who won last night|i feel much better now|nobody cares|lol
see you on the track at six|i want to die|are we running on sunday|my tooth aches|good night""".replace("\n", "|").split("|")
START = ["", "", "", "", "", "hi ", "hello, ", "so ", "help, ", "please: ", "well ", "hi, i have a question. "]
LINK = [" and ", ", ", ". ", " but ", "; ", " also ", " ... ", " - ", " plus "]
LONG = ["i ran a half marathon with the club on sunday and felt fine all the way home",
    "i stand in a shop all day and can't sit down much, which does not help",
    "my doctor has no appointment before next week and i don't want to bother the hospital for nothing",
    "i rolled it and put my leg up yesterday and it was a bit better for an hour or so"]
SIGNS = ["🙏", "😢", "🦵", "😅", "🏃", "🔥", "👍", "😩"]
SLIPS = dict(zip("abcdeghiklmnoprstuw", "svxswfjujknmpitdrye"))


class Dice:
    """Only random() is promised to give the same numbers in every Python."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def below(self, n):
        return int(self.source.random() * n)

    def one(self, of):
        return of[self.below(len(of))]

    def chance(self, percent):
        return self.below(100) < percent


def complaint(dice):
    said = dice.one(START) + dice.one(WHERE) + " " + dice.one(WHAT)
    if dice.chance(65):
        said += " " + dice.one(WHEN)
    for percent in (75, 45, 22):
        if dice.chance(percent):
            said += dice.one(LINK) + dice.one(MORE)
    if dice.chance(15):
        said += ". " + dice.one(LONG)
    if dice.chance(14):
        said += ". " + dice.one(ASKS) + "?"
    return said


def slip(dice, said):
    at = dice.below(len(said))
    return dice.one([said[:at] + said[at + 1:], said[:at] + said[at] + said[at:],
        said[:at] + SLIPS.get(said[at], said[at]) + said[at + 1:]])


def plain(dice):
    kind = dice.below(100)
    if kind < 62:
        said = complaint(dice)
    elif kind < 72:
        said = dice.one(START) + dice.one(ASKS) + dice.one(["?", "", "??"])
    elif kind < 84:
        said = dice.one(SMALL)
    else:
        said = dice.one(ELSE)
    for percent in (35, 12):
        if len(said) > 4 and dice.chance(percent):
            said = slip(dice, said)
    look = dice.below(100)
    if look < 5:
        said = said.upper()
    elif look < 40:
        said = said[:1].upper() + said[1:]
    if dice.chance(20):
        said = said.replace("'", dice.one(["", "’"]))
    if dice.chance(12):
        said += " " + dice.one(SIGNS)
    elif dice.chance(25):
        said += dice.one([".", "!", "...", "!!"])
    return said


SIZE = 4096
PIECES = ["my calf ", "can't ", "not ", "no ", "pain ", "red ", "since ", "a ", "a", "ab", " ", "?", "'", "1", "7/10 ", "3 days ", "if ",
    "my mum ", "swollen and ", "swolen ", "foot, ", "i ", "when i ", "had a clot ", "up ", "my my ", "the pill ", "é", "😭", "\t",
    "ibuprofne ", "\u0301", "нога ", "left right ", "maybe not ", "chest hurts "]


def fill(text):
    return (text * (SIZE // len(text.encode()) + 1)).encode()[:SIZE].decode("utf-8", "ignore")


def hostile(dice):
    words = sorted({word for part in WHERE + WHAT + WHEN + MORE + ASKS for word in part.split()})
    for piece in PIECES:
        yield fill(piece)
    for _ in range(24):
        yield fill("".join(dice.one(PIECES) for _ in range(3)))
    for _ in range(20):  # the words of rules in any order
        yield fill(" ".join(dice.one(words) for _ in range(SIZE // 4)))
    for _ in range(10):  # each of them spelled wrongly
        yield fill(" ".join(slip(dice, dice.one(words)) for _ in range(SIZE // 4)))
    for _ in range(10):  # one complaint after another
        yield fill(". ".join(complaint(dice) for _ in range(SIZE // 20)))


def main():
    if sys.argv[1:] == ["hostile"]:
        lines = hostile(Dice(5))
    elif len(sys.argv) == 3 and sys.argv[1] == "plain" and sys.argv[2].isdigit():
        dice = Dice(20251122)
        lines = (plain(dice) for _ in range(int(sys.argv[2])))
    else:
        sys.exit(__doc__.strip())
    for line in lines:
        sys.stdout.buffer.write(line.encode() + b"\n")


if __name__ == "__main__":
    main()
