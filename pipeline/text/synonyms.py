"""Words and turns of phrase that news use for one another: general English, of no story.

What is here lets a rewording pass as a rewording; it never makes two names, figures or denials one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from pipeline.text.closeness import closeness
from pipeline.text.terms import form_of

_GROUPS: Final = """
    say tell state report announce declare add note remark comment explain mention claim assert argue describe account
    say tell inform word accord maintain insist contend put speak account
    claim allege accuse assert contend charge complain blame|warn caution threaten alert
    promise pledge vow guarantee commit undertake assure offer
    urge call ask appeal press demand request want seek plead invite|demand insist require
    want wish plan intend aim hope|lose bereaved|need must necessary require obligation
    plan intend aim mean propose expect hope prepare schedule due scheme intention seek
    ask request seek question query|question interview interrogate ask quiz
    reply respond answer response reaction react|deny reject dispute dismiss refute contradict denial rejection
    reject refuse decline rebuff dismiss spurn rejection refusal
    agree accept consent approve deal agreement accord endorse|admit concede acknowledge confess recognise grant
    reveal disclose show release publish uncover disclosure emerge
    think believe consider reckon view hold feel suppose understand opinion estimate
    criticise condemn denounce attack slam blame criticism complain fault|praise welcome applaud commend hail
    discuss talk conversation negotiate negotiation dialogue discussion debate consult speak word exchange contact
    meet encounter gather gathering meeting convene assemble summit conference session get-together
    margin sideline fringe edge|visit trip journey tour travel voyage crossing passage
    start begin commence launch open onset outbreak initiate kick embark set
    end finish conclude close conclusion stop expire over complete termination terminate
    stop halt cease suspend pause freeze discontinue suspension break interrupt|suspend pause suspension
    continue keep remain persist proceed carry resume maintain go stay|stay remain keep|resume restart return reopen
    delay postpone defer late behind lateness hold|cancel scrap abandon drop axe
    leave depart exit quit withdraw go departure abandon departed set walk sail|arrive reach come land arrival get
    return back come revert|move shift transfer relocate go travel bring
    bring carry take transport deliver haul fetch ship tow drive
    carry hold transport bear take convey aboard accommodate|board aboard
    give hand provide supply donate grant offer deliver furnish present
    get obtain receive gain acquire secure win collect|take seize grab
    buy purchase acquire acquisition takeover take|sell sale market|bid offer proposal approach takeover
    pay spend cost fund finance payment|money cash fund sum|earn make profit
    cost price expense charge fee fare worth value|fall drop decline decrease slip slide lose down sink shrink
    rise climb increase grow gain up go surge jump soar growth|cut reduce lower slash reduction trim decrease
    raise lift increase boost hoist|widen grow expand broaden|reach hit touch come climb rise stand total
    total number figure count tally toll sum amount|about around roughly approximately some nearly
    part share portion proportion slice|most majority bulk largely mainly mostly chiefly
    many several numerous various multiple few|all every whole entire everyone everybody full total
    big large huge major great considerable substantial sizeable|small little minor tiny slight
    rare unusual uncommon infrequent|brief short quick fleeting|fast quick rapid swift|new fresh recent latest
    old ageing elderly former|former ex previous once|recent late last past latest|early first initial
    previous earlier prior before former preceding|next following subsequent after later|sudden abrupt unexpected
    serious grave severe critical dire|important key vital crucial main major|strong tough stern harsh firm strict
    clear plain evident obvious|wrong false incorrect mistaken untrue|right correct true accurate|legal lawful
    illegal unlawful illegitimate|separate distinct different other|same identical equal similar
    joint common shared together|public open state|private personal
    kill die dead death deaths fatal slay murder victim deceased lose life toll fatality perish
    injure wound hurt harm injury casualty unhurt unharmed|hurt harm injury damage unhurt unharmed unscathed
    survive live escape alive survivor|rescue save pull pick recover winch haul bring
    miss disappear vanish unaccounted lose|find discover locate recover detect spot uncover
    search hunt look comb scour
    look examine study consider review inspect investigate probe explore weigh scrutinise
    investigate probe inquiry investigation examine inquire look|check inspect examine verify inspection survey test
    see watch observe witness spot view sight notice|hear listen|happen occur place unfold event incident
    accident crash disaster collision incident wreck tragedy|sink go founder capsize sinking down submerge
    capsize overturn roll tip keel|ground aground run strand|hit strike collide crash run ram collision struck slam
    boat ship vessel ferry craft launch|captain master skipper commander|crew sailor seaman hand staff
    passenger traveller people person rider aboard|engine motor|fire blaze flame burn|storm gale tempest hurricane
    reef rock|wind gust|sea water ocean|shore coast beach bank|harbour port quay dock pier jetty
    police officer cop force|detain arrest hold custody apprehend jail detention imprison
    prison jail imprison custody|sentence jail condemn convict give imprison|convict guilty conviction|spy espionage
    passenger traveller|trial court case hearing|jury juror|court judge tribunal bench|judge rule ruling decide verdict
    sue suit lawsuit court litigation action case|lawyer attorney counsel solicitor
    law rule legislation statute regulation|charge indict prosecute accuse|crime offence|victim casualty dead
    attack assault raid strike invade offensive|invade invasion attack assault offensive
    war conflict fighting hostility campaign|fight battle combat|army military troop force soldier|weapon arm gun
    threat danger risk menace|protect guard defend shield safeguard|help assist aid support assistance back
    support back help assist aid assistance stand|oppose resist against object opposition
    back endorse support approve|allow permit let licence authorise licensed certify certified authorised allowance
    ban prohibit bar forbid outlaw|force compel make oblige|order command instruct direct tell decree
    decide decision resolve determine choose opt settle|choose select pick opt elect|appoint name install nominate
    elect vote poll choose|resign quit leave step|sack fire dismiss|hire employ recruit take
    lead head run chair chief direct helm president
    leader head chief boss president chair director executive lead secretary|chief head top senior lead leading
    spokesperson spokesman spokeswoman speak representative|official officer authority functionary
    minister ministry secretary|diplomat envoy ambassador|government administration cabinet state authority
    parliament legislature mp lawmaker assembly|lawmaker mp legislator parliamentarian deputy|party side faction
    country nation state land|capital city|city town place municipality|area region district zone part
    place site spot location scene|site plant factory works facility
    company firm business operator enterprise group corporation maker|owner own proprietor holder parent possess
    boss manager head employer|worker employee staff workforce labour personnel|temp temporary
    job post position role work|strike walkout stoppage walk stop industrial|walk march|pay wage salary
    contract agreement deal|lose loss|share stock|stake share holding|market trading|investor shareholder
    analyst expert|bank lender|loan lend credit borrow|debt owe|rate level
    plan proposal scheme project programme paper|paper document report file|document text paper
    letter mail email note message write|write pen letter|statement communique declaration comment remark
    publish release issue print|issue release publish|issue matter question problem topic affair
    problem trouble difficulty issue fault|fault failure defect fail malfunction|fail failure unable inability
    break broken fracture|cause reason lead trigger bring result prompt|result outcome consequence effect follow
    effect impact influence|aim goal purpose target objective|try attempt seek effort bid
    achieve reach succeed accomplish|win victory triumph|defeat beat|lose defeat
    gap difference gulf divide division distance rift split divergence
    difference disagree disagreement differ gap dispute|dispute row conflict disagreement quarrel
    reconcile settle bridge resolve overcome|join participate part attend member enter
    participate part participation join involve|attend come participate present
    include count contain comprise cover number|exclude leave omit|open start unveil inaugurate
    close shut closure closed|close closure shut end|build construct make construction create constructed erect
    make produce manufacture build turn create production|use employ utilise|work operate function
    operate run operator|repair fix mend service maintain|service overhaul maintain|destroy ruin wreck demolish
    clean clear|change alter amend modify revise|reverse undo rescind overturn back revoke|replace substitute
    add include extra further more additional also|extend expand widen stretch prolong|lie sit locate stand situate
    stand stay remain|sit seat|wait await expect|pass approve adopt|sign ink seal approve
    send dispatch transmit deliver|receive get obtain accept take|deliver arrive come reach
    notice notification word warning|evidence proof sign indication|indicate suggest point show sign imply
    suggest imply propose indicate|show demonstrate display reveal indicate list|list register record manifest
    record document register log|picture photo photograph image|video footage film|phone telephone call ring
    radio hail|call name describe term dub label brand|name call identify|describe call portray characterise
    title name|mean signify|word term phrase|speech address remark|press media journalist reporter newspaper
    reporter journalist correspondent press media|interview talk speak|newspaper paper daily outlet|wife spouse
    child kid youngster son daughter minor|parent father mother|family relative kin|bereaved grieve mourn
    friend ally|partner ally counterpart|counterpart opposite|teacher tutor schoolteacher|student pupil
    school classroom|hospital clinic|doctor medic physician|treat treatment care|ill sick|disease illness
    home house household residence|room space|door gate entrance|road street route|way route path|bridge crossing
    train railway rail|car vehicle automobile|bus coach|flight plane aircraft jet|fly flight|factory plant works
    product good item|cookie biscuit|food meal|power electricity energy|light lamp lit illuminate unlit dark
    dark unlit dim|deep depth|high tall height|long length last lengthy|last continue take endure
    far distant distance|near close nearby by|north northern|south southern|east eastern|west western|year annual
    day daily|week weekly|month monthly|dawn sunrise daybreak|dusk sunset nightfall|midday noon|time moment period
    quarter fifteen|dozen twelve|condition state term|anonymous anonymity unnamed name identify|unless provided if
    summary outline|unanimous unanimity|consensus agreement accord|treaty pact accord agreement|sanction penalty
    penalty fine punishment punish|fine penalty|tax levy duty|vote ballot|rival competitor opponent|crowd people
    full crowded packed|crowd overload crowding overcrowding|overload crowd overcrowd load|empty vacant
    free release liberate|free gratis charge|release free liberate discharge|monthly month|yearly annual year
    subscribe subscription subscriber|customer client buyer subscriber|order request book purchase
    website online web internet|attack hack breach|data information|computer system|steal theft stolen rob
    lawsuit suit|ask want|worry concern fear anxiety|fear worry afraid concern|angry furious anger|sad grief mourn
    driver motorist|time occasion|depend rely use
    hope wish|regret sorry apologise apology|surprise shock|sure certain confident|wish want hope
    likely probable expect|possible may might could maybe perhaps|ready prepared willing|refuse unwilling
    able can capable|undermine erode weaken|undervalue low cheap|reason ground cause|explain account reason
    hand give|alongside beside with together|opposite other
"""
"""Groups of words, parted by "|"."""
_PHRASES: Final = tuple(
    (re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), word)
    for phrase, word in (
        (r"turn(?:s|ed|ing)? down", "rejected"),
        (r"said no to|said no", "rejected"),
        (r"thr(?:ow|ows|ew|own|owing) out", "dismissed"),
        (r"call(?:s|ed|ing)? off", "cancelled"),
        (r"put(?:s|ting)? off", "postponed"),
        (r"set(?:s|ting)? off|set(?:s|ting)? sail|set(?:s|ting)? out", "left"),
        (r"t(?:ake|akes|ook|aken|aking) part", "joined"),
        (
            r"t(?:ake|akes|ook|aken|aking) (?P<whom>(?:[\w.’'-]+ ){0,3}?)to (?:the )?(?:\w+ )?court",
            r"sued \g<whom>at court",
        ),
        (r"t(?:ake|akes|ook|aken|aking) place", "happened"),
        (r"t(?:ake|akes|ook|aken|aking) over", "takeover"),
        (r"t(?:ake|akes|ook|aken|aking) (?P<firm>[A-Z]\w+) over", r"takeover \g<firm>"),
        (r"turn(?:s|ed|ing)? out", "makes"),
        (r"carr(?:y|ies|ied|ying) out", "did"),
        (r"carr(?:y|ies|ied|ying) on", "continued"),
        (r"step(?:s|ped|ping)? down", "resigned"),
        (r"st(?:and|ands|ood|anding) by", "maintained"),
        (r"pull(?:s|ed|ing)? out", "withdrew"),
        (r"point(?:s|ed|ing)? (?:out|to)", "indicated"),
        (r"(?:go|goes|went|gone|going) on(?= \w+ing)", "continued"),
        (r"leav(?:e|es|ing) out|left out", "excluded"),
        (r"went unanswered|w(?:as|ere) not answered", "no answer"),
        (r"(?:would|did|does|will) not comment", "declined to comment"),
        (r"behind schedule", "late"),
        (r"ahead of schedule", "early"),
        (r"on board", "aboard"),
        (r"claim(?:s|ed)? (?P<how_many>[\w-]+) lives", r"killed \g<how_many>"),
        (r"(?:is|are|was|were|remain(?:s|ed)?) (?:still )?(?:unclear|not clear|not (?:yet )?known)", "unknown"),
        (r"(?:has|have|had|did) (?:done )?(?:do )?nothing wrong", "no wrongdoing"),
        (r"first appearance", "debut"),
        (r"at present", "now"),
        (r"came down with|comes? down with", "caught"),
        (r"back in (?:operation|service|use)", "reopened"),
        (r"ma(?:de|kes?) up of", "of"),
        (r"(?:has|have) not been found", "missing"),
        (r"stay(?:s|ed)? away from", "did not attend"),
        (r"put(?:s)? (?:his|her|their) name to", "signed"),
        (r"brush(?:es|ed)? (?:off|aside)", "dismissed"),
        (r"vot(?:e|es|ed|ing) down", "rejected"),
        (r"(?:third|second|first|fourth|fifth) place (?:goes|went) to", "came"),
        (r"in custody|under arrest", "detained"),
        (r"one-on-one|face-to-face|tête-à-tête", "bilateral face-to-face"),
        (r"lost (?:his|her|their) (?:life|lives)", "died"),
        (r"death toll", "number dead"),
        (r"go(?:es)? back on|went back on|gone back on", "reverse"),
        (r"sign(?:s|ed|ing)? off on", "agreed"),
        (r"(?P<bell>alarms?|sirens?|bells?) (?:go(?:es)?|went|gone|going) off", r"\g<bell> sounded"),
        (r"(?:took|takes?|taken|taking) (?P<what>it|them|him|her|this|these|the \w+) for", r"mistook \g<what> for"),
        (r"primary school", "school"),
        (r"prime minister", "leader"),
    )
)
_ANY_PHRASE: Final = re.compile("|".join(re.sub(r"\?P<\w+>", "?:", p.pattern) for p, _ in _PHRASES), re.IGNORECASE)
_SYNONYM: Final = 0.8


def _groups() -> dict[str, frozenset[int]]:
    listed: dict[str, set[int]] = {}
    for number, group in enumerate(re.split(r"[|\n]", _GROUPS.strip())):
        for word in group.split():
            listed.setdefault(form_of(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in listed.items()}


_LISTED: Final = _groups()


@lru_cache(maxsize=8192)
def with_plain_words(text: str) -> str:
    """The text with turns of phrase put in one word, for comparing words alone.

    >>> with_plain_words("The board turned down the bid.")
    'The board rejected the bid.'
    """
    if not _ANY_PHRASE.search(text):
        return text
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=262_144)
def may_stand_for(form: str, other: str) -> bool:
    """Whether one word can be said for the other; both as `form_of` gives them.

    >>> may_stand_for(form_of("constructed"), form_of("built")), may_stand_for(form_of("built"), form_of("sold"))
    (True, False)
    """
    if form == other or closeness(form, other) >= _SYNONYM:
        return True
    return bool(_LISTED.get(form, frozenset()) & _LISTED.get(other, frozenset()))


def is_listed(form: str) -> bool:
    """Whether it is a common word that has others beside it.

    >>> is_listed(form_of("passenger")), is_listed(form_of("Nadja"))
    (True, False)
    """
    return form in _LISTED


def groups_of(form: str) -> frozenset[int]:
    """The numbers of the groups in which the word is listed; two words of one group can be said for each other."""
    return _LISTED.get(form, frozenset())


def stands_in(form: str, forms: Collection[str]) -> bool:
    """Whether the word, or one that can be said for it, is among ``forms``."""
    return form in forms or any(may_stand_for(form, other) for other in forms)
