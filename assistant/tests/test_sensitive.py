"""Which messages touch a subject that belongs to a person, and which only look like it."""

import pytest

from assistant.sensitive import find_subject, subject_of

TRUE = {
    "emergency": """
There is a gas leak in the flat!
I can smell gas in the kitchen
it smells like gas here
the house is on fire
There's a fire in the building
smoke is coming from the fuse box
the bathroom is flooding, water everywhere
Water is coming through the ceiling
a pipe has burst
burst pipe in the kitchen please help
someone is trying to break in
we had a break-in last night
somebody broke into my apartment
please call an ambulance
I called the police
my neighbour is unconscious
I'm locked out of the flat
we are stuck in the elevator
This is an emergency
I got an electric shock from the heater
part of the ceiling has collapsed
I want to kill myself
the carbon monoxide alarm is going off
""",
    "discrimination": """
This is discrimination
you are discriminating against us
your agent is racist
that was a sexist remark
Is it because I'm black?
They refused us because of my nationality
you said no because I am pregnant
no foreigners please
I don't want any muslim neighbours... I mean no muslims
only white tenants
do you rent to foreigners?
does the landlord accept children?
Would the owner rent to students
are gays welcome
are kids allowed in the building?
I don't want immigrants next door
we are a gay couple, is that a problem?
is it a homophobic landlord?
just because we're muslim
""",
    "people": """
are there many foreigners in that building?
Any immigrants around there?
too many refugees nearby?
what kind of people live there?
who lives around there
who lives in the building
is the area safe?
Is it a safe neighbourhood
how safe is the area
is it safe at night
what is the crime rate
is there a lot of crime
are there good schools nearby
are the schools good there
what are the neighbours like
lots of muslims in the area?
what's the ethnic mix
is it a dangerous area
is glyfada safe?
Is Neapoli safe for kids
""",
    "benefits": """
do you accept section 8 vouchers?
do you take housing benefit
I'm on universal credit
DSS accepted?
is DSS ok
I have a housing voucher
do you accept vouchers
I am on benefits
we receive benefits
I get disability allowance... I claim benefits
I receive disability benefits
would the landlord accept welfare
I'm on welfare
we get social security
can I pay with rent allowance
the rent subsidy covers half
I live on guaranteed minimum income
""",
    "disability": """
is it wheelchair accessible?
my son uses a wheel-chair
I am disabled
my mother has a disability
I have a guide dog
do you allow service dogs
an assistance dog lives with me
I have an emotional support animal
my therapy dog comes along
she needs a mobility scooter
is the entrance step-free
handicapped access?
I'm blind
my father is deaf
my support dog is registered
I have mobility impairments
""",
    "legal": """
I will call my lawyer
my solicitor will write to you
you'll hear from my attorney
I'm going to sue you
we are suing the landlord
I will take you to court
we'll see them in court
there is a court hearing on Monday
I'm going to court over this
small claims it is then
I'll take legal action
is that even legal?
this is illegal
he wants to evict us
I got an eviction notice
that's a breach of contract
can I break the lease early?
how do I terminate my tenancy
I will withhold the rent
what are my rights
who is liable for the damage
can you give me tax advice
does this give me a residency permit
is it enough for the golden visa?
will I qualify for it
am I eligible
I'll go to the ombudsman
the rental tribunal decided
""",
    "complaint": """
I want to make a complaint
This is outrageous
this is ridiculous, nobody called me back
your service is terrible
worst agency ever
terrible service
I'm very disappointed with you
this is so frustrating
I am furious
I'm really angry now
fed up with this
what a waste of my time
you wasted my time
this is a scam
total rip-off
I want my deposit back
I want a refund
no one showed up to the viewing
nobody answered my calls
your agent didn't show up
you never called me back
I'm still waiting for an answer
been waiting for 3 days
not happy with this
poor communication from your side
you lied to me
the agent was rude
very unprofessional
I'll report you
false advertising
""",
    "price": """
what's the lowest price you would accept
What is your best price?
is the price negotiable
can we negotiate
is there room for negotiation
can I get a discount
any discount for cash?
would the owner accept 350k?
would they take 340,000
will you take less
can you do 1,300 a month
I offer 350k
I'd offer 340000 for it
my offer is 300k
I want to make an offer
could you reduce the rent
can they lower the price
can you knock something off the price
is the owner flexible on the price
is the price flexible
any movement on the price?
would the landlord come down a bit
can the price be reduced? will they come down on price
it's too expensive, can you do better
is it cheaper if I pay in cash
we'd like to put in an offer
is that under the asking price
""",
}
FALSE = {
    "emergency": """
where is the emergency exit?
I'll be your emergency contact
is there an emergency number for tenants
just in case of emergency
does it have a fireplace
is it gas heating or electric
does it have a gas stove
is there a smoke detector
is the area prone to flooding? what about flood risk
has the basement ever flooded?
does the street flood? was it flooded before?
have there been any break-ins
is there a burglar alarm
the living room is flooded with light
is there a fire station nearby
the police station is close, right?
the property market is on fire
I'm locked out of my account
we locked in a rate with the bank
the flat is broken into two levels
the price is killing me
no emergency, whenever you can
it's not an emergency
are there emergency stairs
""",
    "discrimination": """
is the kitchen white or black
we want white walls
the flat with the black kitchen
is it for a family with two children
I have two kids
we are a couple with a baby
is there a children's playground
how big is the kids' bedroom
I'm a student looking for a studio
near a Greek restaurant
close to the Russian church
the one on Roma street
documents in Russian are fine
I'm Greek
white goods included?
is there an Asian supermarket nearby
a discriminating buyer like me
old building or new?
""",
    "people": """
is it safe to pay the deposit online?
is there a safe in the flat
do I get a safe deposit box
is the payment safe
is the lift safe
is it safe to drink the water
how many people can live in it
how many people are coming to the viewing
are many people interested
where is the nearest school?
is there a school nearby
how far is the university
is there a park around there
I have two children
who will meet me there
who do I ask for
is the balcony safe
any supermarkets nearby
I teach at a school in Kolonaki
""",
    "benefits": """
what are the benefits of buying here
benefits of living in this area?
do you give gift vouchers
I have a discount voucher
voucher code SPRING
what tax benefits are there
does your job come with health benefits
I'm a social worker
welfare of my cat matters
can I pay by card
is the deposit refundable
do you accept pets
section B of the contract
which floor, 8?
it would benefit us
give me the benefit of the doubt
""",
    "disability": """
is the alarm disabled
I disabled the notifications
the link is disabled
are there window blinds
roller blinds included?
is there a lift
is it on the ground floor
how many steps to the entrance
is it a blind alley
my account got disabled
the camera is disabled
do you have customer service
is there a service charge
what does the service include
is dog food sold nearby
can you support me with the papers
""",
    "legal": """
is there a tennis court
does it have a basketball court
near the padel courts
is there a food court nearby
does it have a courtyard
Is Earl's Court far?
it is on Court Road street... 12 Hampton Court Road
thanks for your courtesy
I'm a lawyer looking for a flat
my wife is a lawyer
I work as a lawyer in Athens
is there a law school nearby
signed this morning at the lawyer's, thank you
is it close to the courthouse? near the court
can I pay by visa card
Sue is my wife
my friend Sue will come
is illegal parking a problem there
are you the legal owner
what documents do I need
when can we sign the contract
how long is the lease
""",
    "complaint": """
no complaints so far
I can't complain
I'm not complaining
I have a terrible headache
the traffic was terrible
awful weather today
ridiculously cheap
sorry for wasting your time
I hope you're not angry
disappointed that it's sold
you won't be disappointed
I'm still waiting for an answer from the bank
I'm waiting for my wife
any complaints from neighbours about noise?
is the deposit refundable
do I get the deposit returned at the end
that useless room could be an office
does the bank reply fast
I never called before
nobody else lives there
thanks, very helpful
I called the office yesterday
""",
    "price": """
is there a discount furniture store nearby?
discount supermarket close by?
how much is it
what is the price
does the price include parking
is the price per month
what do you offer in Kolonaki
what does your agency offer
do you accept pets
would the owner accept a dog
would the owner accept 2 dogs
will you take 2 people to the viewing
can you do 11 on Saturday
can you do 3 o'clock
can we negotiate the time
I'm flexible on dates
I'm flexible about the area
which is on a lower floor
show me the lowest priced flats
was the price reduced
something cheaper please
up to 350k
my budget is 350,000
I can pay 1,200 per month
""",
}


def lines(table: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (subject, line) for subject, text in table.items() for line in text.strip().splitlines()
    ]


@pytest.mark.parametrize(("subject", "message"), lines(TRUE))
def test_subject_is_heard(subject, message):
    assert subject_of(message) == subject


@pytest.mark.parametrize(("subject", "message"), lines(FALSE))
def test_what_only_looks_like_a_subject_is_not_taken_for_it(subject, message):
    assert subject_of(message) == ""


@pytest.mark.parametrize("table", [TRUE, FALSE])
def test_each_subject_has_at_least_fifteen_cases_of_both_kinds(table):
    assert {subject: len(text.split("\n")) - 2 >= 15 for subject, text in table.items()} == (
        dict.fromkeys(TRUE, True)
    )


def test_the_gravest_subject_decides():
    assert subject_of("I'll sue you, there is a gas leak and nobody called me back") == "emergency"


def test_a_false_friend_does_not_cover_a_true_word():
    finding = find_subject("Is the tennis court open? I'll see you in court.")

    assert (finding.subject, finding.words) == ("legal", "see you in court")


@pytest.mark.parametrize(
    "message",
    ["I’ll sue you", "I'll  sue\nyou", "I'll ｓｕｅ you", "I'll s\u200bue you", "I'LL SUE YOU"],
)
def test_other_spellings_hide_nothing(message):
    assert subject_of(message) == "legal"


def test_words_of_the_agency_count_whole_and_in_any_case():
    extra = {"complaint": ["rotten deal", "κακή εξυπηρέτηση"]}

    assert find_subject("What a Rotten  Deal", extra).subject == "complaint"
    assert find_subject("ΚΑΚΉ ΕΞΥΠΗΡΈΤΗΣΗ", extra).subject == "complaint"
    assert find_subject("rotten dealer", extra) is None


def test_a_very_long_message_is_read_in_time():
    assert subject_of("would the owner " * 4000) == ""
