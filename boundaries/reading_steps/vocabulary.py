"""The words by which a sentence about a step is understood. No dictionary: what is not here is not judged."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words("""
    accept acknowledge activate add adjust admit advise agree allocate allow announce answer apply approve archive
    arrange arrive ask assemble assess assign attach audit authorise authorize begin bill block book bring build buy
    calculate call cancel carry change charge chase check choose claim classify clean clear click close collect come
    compare compile complete compute confirm consolidate contact convert copy correct count create credit debit decide
    declare decline deduct deliver deposit detect determine discharge discuss dispatch display distribute divide do
    document download draft draw drop duplicate edit email emit employ enable end enrol enroll ensure enter escalate
    estimate evaluate examine exchange execute explain export extend extract file fill filter finalise finalize find
    finish fix flag follow forward freeze fulfil fulfill gather generate get give grant group hand handle hold identify
    import include inform initiate inspect install invite invoice issue join judge keep key know label launch leave let
    link list load lock log look lower mail maintain make mark match measure meet merge message migrate monitor move
    name negotiate note notify number obtain offer open order overwrite override pack pass paste patch pay perform pick
    ping place plan post prepare prescribe present press price print prioritise prioritize process produce promise
    propose provide publish pull purchase push put query question quote raise rate read rebook receive recheck reconcile
    record redirect reduce refer refund refuse register reject release remind remove rename renew reorder repair repeat
    replace reply report repost request require reschedule reserve reset resolve respond restock retry return retype
    review revise round route run save say scan schedule search see select sell send separate serve set settle share
    shift ship show sign sort split stamp start state stop store submit subtract suggest sum summarise summarize supply
    suspend swap switch take tell test text ticket total trace track train transcribe transfer translate treat trigger
    try turn type unblock unload unlock unpack update upgrade upload use validate verify view void wait want warn watch
    weigh withdraw work wrap write anonymise anonymize bake bid brief clock coach code configure cook cut debug deploy
    diagnose dispense drive e-mail encrypt feed file greet grow harvest hire host insure interview invest lease lend
    live mix nominate observe onboard order page park phone plant pool produce repay ride roll sample seal sew sit spend
    stand stock appear become bounce expire fall flow go land remain rise stay
    need own owe tag teach tidy triage tutor vaccinate vet visit vote wash water welcome
    """)

# Words of VERBS that are as often the name of a thing: "orders", "the export", "a claim".
ALSO_THINGS = _words("""
    answer audit bill block book call change charge check claim contact copy count credit debit deposit discharge
    dispatch display document download draft drop duplicate edit email end estimate exchange export extract file filter
    fix flag follow group hand hold import invoice issue key label launch leave link list load lock log look mail mark
    match measure merge message move name note number offer order pack pass patch pay pick place plan post present press
    price print process produce promise purchase push query question quote rate record refund release repair repeat
    report request reserve return review round route run sale save scan schedule search set share shift ship show sign
    sort split stamp start state stop store sum supply swap switch test text ticket total track train transfer treat
    trigger try turn type update upgrade upload use view void wait watch work brief clock coach code cook cut drive
    e-mail feed host interview lease page park phone plant pool ride roll sample seal stock tag tutor visit vote water
    """)

# What ends a search for the verb: after them comes no noun that could be one.
HELPING = _words("""
    is are was were be been has have had does did can could may might must shall should will would cannot gets get isn't
    aren't doesn't don't can't won't goes went makes made sends sent got told took gave kept held paid sold wrote put
    """)
BEING = frozenset({"is", "are", "was", "were", "be", "been", "being", "gets", "get", "got", "isn't", "aren't"})
DONE = _words("""
    sent made done paid put kept held sold written given taken told bought built found brought chosen drawn driven got
    gotten left lost met read run seen set shown split begun sent withdrawn overwritten overridden
    """)

DEPARTMENTS = _words("""
    accounting accounts administration admissions billing claims collections compliance controlling customs delivery
    dispatch engineering facilities finance fulfilment fulfillment hr it legal logistics maintenance management
    manufacturing marketing merchandising onboarding operations ops payroll procurement production purchasing quality
    reception recruiting recruitment returns sales security shipping support transport treasury underwriting warehouse
    warehousing banking catering cleaning editing housekeeping hosting lending licensing nursing packing picking
    planning pricing printing publishing receiving reporting scheduling sourcing staffing testing trading training
    """)

ROLES = _words("""
    accountant admin administrator agent analyst approver assistant auditor bookkeeper buyer caller carrier cashier
    clerk client coach colleague consultant controller coordinator courier customer dealer desk developer director
    dispatcher doctor driver editor employee engineer expert foreman guard head inspector insurer intern investigator
    lead lecturer librarian manager mechanic member merchant nurse office officer operator owner parent partner
    patient payer pharmacist physician picker planner porter principal professor pupil receptionist recruiter
    registrar rep representative researcher retailer reviewer scheduler secretary seller seniors specialist staff
    steward student superintendent supervisor supplier surgeon tax taxpayer teacher team technician teller tenant trader
    trainer tutor underwriter vendor volunteer ward worker
    """)

THINGS = _words("""
    account address admission amount appointment approval archive attachment balance bank batch board box branch budget
    business calendar campaign case catalogue category cheque class code column comment commission company complaint
    condition confirmation contract corner cost course creation csv currency data database date day deadline deal
    delivery department detail diagnosis difference discount e-mail entry error event exception fee field figure floor
    folder form goods grade guest hour id inbox information insurance interview inventory item job letter licence line
    loan location machine mailbox meeting minute mismatch missing money month notification office opening
    opportunity package page pallet paper parcel part payment period permit person phone picture pipeline policy
    position problem product project prescription proof quality quantity quarter queue reason receipt reconciliation
    refusal registration reminder rental report result risk room row rule salary sample sample school screen semester
    serial service session sheet shelf shipment shop side signature site size slip slot software spreadsheet stage
    statement status step stock subscription subject system table tag task team template term thread time timesheet
    tool trade transaction trip truck unit user value van visit voucher wage warehouse website week weight word year
    """)

# "the", "their" and the like: a verb stands before them, a noun does not.
DETERMINERS = _words("""
    a all an another any both each every her his its many more most my new no one our some such that the their these
    this those two three four five which whether it them him us everything if who what how when
    """)
LINKS = _words("""
    about across after against along among and as at before behind below between beyond but by during for from in
    inside into of off on onto or out over per since than through to towards under until up upon via while with within
    without then so not also only again still once
    """)

# Before the name of a thing, never before a verb.
PREPOSITIONS = LINKS - _words("and as but not also only or so still then again once while")
BEFORE_THINGS = PREPOSITIONS | (
    DETERMINERS - _words("it them him us everything if who what how when that which whether")
)

ANYBODY = _words("""
    someone somebody anyone anybody everyone everybody people they we you he she it one i
""")

# What begins a sentence before its who: "On Monday, finance …", "When the form arrives, finance …".
SUBORDINATE = _words("as after before if once until when whenever while")
OPENINGS = SUBORDINATE | _words("at by daily during each every for from in on then")

# What follows "by" without being somebody.
NO_AGENTS = _words("""
    hand mail email e-mail phone fax post default mistake accident law then now noon midnight monday tuesday wednesday
    thursday friday saturday sunday tomorrow today next end way chance itself date name number
""")

AUTOMATIC = _words("""
    system job script integration connector interface automation workflow robot bot cron app application software
    server service sync webhook api middleware scheduler trigger macro program pipeline
    """)
BY_ITSELF = frozenset({"automatically", "nightly", "hourly", "automatic", "automated", "scheduled"})

VAGUE = ("asap", "tbd", "tba", "tbc", "etc", "fyi", "n/a", "todo", "stuff", "somehow", "whatever", "and so on")


def third_person(verb: str) -> str:
    """Return the form with he and she: "copies", "fixes", "moves"."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


THIRD_PERSON = {third_person(verb): verb for verb in VERBS}
PLURALS = frozenset(third_person(noun) for noun in THINGS | ROLES | ALSO_THINGS | {"sale", "operation", "datum"})
# Unlike a person who does things in a step, these end in s without being many or doing.
NO_VERBS = PLURALS | DEPARTMENTS | {"ops", "sales", "this", "its", "his", "plus", "always", "perhaps", "sms", "gps"}
KNOWN = VERBS | frozenset(THIRD_PERSON) | HELPING | DEPARTMENTS | ROLES | THINGS | PLURALS | DETERMINERS | LINKS
