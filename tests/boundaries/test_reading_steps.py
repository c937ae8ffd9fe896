"""Sentences about steps as people type them in a meeting: what is understood, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.reading_steps import Read, complaining, read

TEAMS = ("Sales", "Finance", "Customer Success", "Claims")
SYSTEMS = ("CRM", "Billing", "Shop", "Web Shop", "SAP")

DECENT = """
Sales rep updates deal stage in CRM.
Finance creates invoice in billing.
Operations checks exceptions in a spreadsheet.
Sales rep moves the deal to closed won.
Sales rep mails the order form to finance.
Finance creates the customer and posts the first invoice.
Finance compares closed deals with new customers in a spreadsheet.
Finance creates the invoice
finance posts the invoice
Sales marks the deal as closed won.
The sales rep signs the order form with the customer.
A sales rep and the customer agree on a start date.
Finance checks orders in CRM.
Finance sets the first invoice date.
Finance asks sales for the missing start date in Slack.
On Monday, finance creates the customer in billing.
Every Friday finance compares two exports.
When the order form arrives, finance creates the customer.
When the order form is signed finance creates the customer.
If the start date is missing, then finance asks sales.
Once the invoice is paid, billing closes it.
CRM sends the deal to billing.
The system creates the customer.
A nightly job sends the new customers to billing.
The nightly export copies closed deals to billing.
Billing recalculates the balance every night.
Accounts payable matches the invoice with the purchase order.
Accounts receivable chases overdue invoices.
The treasurer approves the payment run.
The shop reserves the stock.
The warehouse picks, packs and ships the order.
Warehouse clerk scans the parcel.
Pickers collect the goods from the shelf.
Two pickers count the shelf and write the count on paper.
The carrier delivers the parcel to the customer.
The driver hands over the parcel and gets a signature.
Customer returns the goods to the shop.
Returns desk inspects the goods and refunds the customer.
Logistics books a truck for the pallets.
Order desk books the courier.
Dispatch plans the routes for the next day.
Customs clears the container.
HR enters the new employee in the payroll system.
HR sends the signed contract to payroll.
Payroll calculates the salaries on the 25th.
Managers approve timesheets every Monday.
The manager approves the leave request.
IT creates an account for the new employee.
Line managers tell HR who leaves.
Reception registers the patient.
The nurse records the vital signs.
Nurses enter the temperature every hour.
Doctor dictates the letter and secretary types it.
The ward orders medication from the pharmacy.
Billing office codes the treatment and sends the claim to the insurer.
Insurer rejects the claim or pays it.
Claims handler decides on the claim.
Underwriters review applications above 50,000 euros.
The school office enrols the pupil.
Teachers enter grades in the grade book.
Parents confirm the address on a paper form.
The registrar checks the certificates.
Support opens a ticket for engineering.
Support agents tag the ticket with the product.
Agents export the tickets each Friday.
Product team triages the bug.
Engineering ships the fix.
Marketing uploads the list of leads into CRM.
Purchasing negotiates prices with suppliers.
Suppliers confirm the delivery date by e-mail.
Quality holds the batch until the test result arrives.
Production reports scrap at the end of the shift.
The maintenance team replaces the part.
Legal drafts the contract.
Procurement raises a purchase order in SAP.
Customer Success schedules the kick-off meeting.
Dana fixes typos in the customer's name by hand.
Tenant pays the rent on the first of the month.
The property manager e-mails the landlord a statement.
Volunteers call every donor who gave more than 100 euros.
The broker quotes a price to the client.
Editor forwards the article to the proofreader.
Zeta frobnicates the widget.
Ops pings finance in chat.
We-Deliver GmbH collects the pallets at 4 p.m. from the yard.
Sales closed the deal on Friday.
Nobody checks the list.
Finance needs the VAT number.
Order entry keys in the order.
Order intake types orders.
Call center agents note complaints.
Load planner fills the truck.
Customers who pay late get a reminder.
Finance, after checking the form, creates the customer.
Once a week operations cleans up the list.
Anna from finance posts the invoice.
sales closes deal
finance invoices customer
warehouse ships
Radiology sends images to the referring doctor.
Customs broker files the declaration.
Back office settles the trade two days later.
Compliance screens the customer against the sanctions list.
Editor-in-chief signs off on the front page.
Crew chief calls the yard.
Waiters enter the order on the tablet.
Credit team scores the applicant.
AP pays.
Treasury wires the money.
Amazon takes a fee.
Most customers pay by card.
People in the warehouse repack damaged parcels.
Someone from finance checks the totals.
Finance can't post without a tax number.
Invoices go out on the 1st.
Orders come in through the web shop.
HR/payroll updates the master data.
Finance (Anna) posts the accrual.
Finance double-checks the VAT.
Goods-in counts the delivery.
Staff clock in and out.
Supplier ships short.
Finance will create the customer on Monday.
The invoice is approved by the head of finance.
The refund must be approved by a manager.
Der Vertrieb schickt das Formular an die Buchhaltung.
Le service client crée la facture.
Ventas envía el pedido a finanzas.
De factuur wordt door finance gemaakt.
""".strip().splitlines()

NO_WHO, PASSIVE, NO_VERB = complaining.NO_WHO, complaining.PASSIVE, complaining.NO_VERB
TWO_SENTENCES, TWO_STEPS, QUESTION = complaining.TWO_SENTENCES, complaining.TWO_STEPS, complaining.QUESTION

LONG = (
    "Finance creates the customer in billing with the name, the address, the tax number and the start date that sales"
    " wrote in the order form."
)
POOR = [
    ("", complaining.NOTHING),
    ("   ", complaining.NOTHING),
    ("...", complaining.NOTHING),
    ("🎉", complaining.NOTHING),
    ("Create the invoice in billing.", NO_WHO),
    ("Creates the invoice in billing.", NO_WHO),
    ("Create invoice", NO_WHO),
    ("Send invoices to customers", NO_WHO),
    ("Export deals from CRM", NO_WHO),
    ("Check orders in CRM", NO_WHO),
    ("Checks the orders", NO_WHO),
    ("Update the deal stage", NO_WHO),
    ("Ships goods to the customer", NO_WHO),
    ("To create the invoice", NO_WHO),
    ("Creating the invoice in billing", NO_WHO),
    ("Checking orders", NO_WHO),
    ("Compare both exports", NO_WHO),
    ("Someone fixes the record.", f"“Someone” may be anybody. {NO_WHO}"),
    ("They create the customer in billing.", f"“They” may be anybody. {NO_WHO}"),
    ("We send the invoice.", f"“We” may be anybody. {NO_WHO}"),
    ("somebody uploads the file", f"“somebody” may be anybody. {NO_WHO}"),
    ("It goes to finance.", f"“It” may be anybody. {NO_WHO}"),
    ("The invoice is created.", PASSIVE),
    ("The invoice is then created in billing.", PASSIVE),
    ("Invoice gets sent", PASSIVE),
    ("The order form is signed.", PASSIVE),
    ("Orders are exported every Friday.", PASSIVE),
    ("The refund must be approved.", PASSIVE),
    ("The customer has been informed.", PASSIVE),
    ("The record is fixed by hand.", PASSIVE),
    ("The data was copied into the spreadsheet.", PASSIVE),
    ("Finance", NO_VERB),
    ("Invoice", NO_VERB),
    ("Finance invoice in billing", NO_VERB),
    ("Operations in a spreadsheet", NO_VERB),
    ("Reconciliation of invoices", NO_VERB),
    ("Invoice creation in billing", NO_VERB),
    ("Sales rep, deal stage, CRM", NO_VERB),
    ("The contract with the customer", NO_VERB),
    ("Finance creates the invoice. Sales tells the customer.", TWO_SENTENCES),
    ("Finance creates the invoice; sales tells the customer.", TWO_SENTENCES),
    ("Sales closes the deal! Finance gets an e-mail.", TWO_SENTENCES),
    ("Finance creates the customer and then posts the first invoice.", TWO_STEPS),
    ("Finance creates the customer, then it posts the invoice.", TWO_STEPS),
    ("Sales closes the deal and finally mails the form.", TWO_STEPS),
    ("Finance exports the list, after that it cleans it up.", TWO_STEPS),
    ("Who creates the invoice?", QUESTION),
    ("Does finance create the invoice?", QUESTION),
    ("Who creates the invoice", QUESTION),
    ("How does the deal get into billing", QUESTION),
    ("Finance fixes it asap.", "“asap” leaves something open: say it in full."),
    ("TBD", "“TBD” leaves something open: say it in full."),
    ("Finance checks names, totals etc.", "“etc” leaves something open: say it in full."),
    ("Finance does stuff in billing.", "“stuff” leaves something open: say it in full."),
    ("Sales updates the deal...", "“...” leaves something open: say it in full."),
    (LONG, "It has 25 words. At most 20 are read at a glance."),
]


WORDS = ("Finance", "sales", "the", "creates", "create", "is", "by", "and then", "in CRM", ",", ".", "invoice", "every")


@pytest.mark.parametrize("sentence", DECENT)
def test_a_decent_sentence_is_left_alone(sentence: str) -> None:
    assert read(sentence).complaints == ()
    assert read(sentence, teams=TEAMS, systems=SYSTEMS).complaints == ()


@pytest.mark.parametrize(("sentence", "complaint"), POOR)
def test_a_poor_sentence_is_asked_to_say_more(sentence: str, complaint: str) -> None:
    assert complaint in read(sentence).complaints
    assert complaint in read(sentence, teams=TEAMS, systems=SYSTEMS).complaints


def test_there_are_enough_of_either() -> None:
    assert len(DECENT) >= 60
    assert len(POOR) >= 40


@pytest.mark.parametrize(
    ("sentence", "team"),
    [
        ("Sales rep updates deal stage in CRM.", "Sales"),
        ("The sales rep updates deal stage in CRM.", "Sales"),
        ("finance creates invoice in billing", "Finance"),
        ("Customer success schedules the meeting.", "Customer Success"),
        ("On Monday, finance creates the customer.", "Finance"),
        ("Every Friday finance compares two exports.", "Finance"),
        ("Once a week operations cleans up the list.", "Operations"),
        ("Twice a day the driver empties the box.", "Driver"),
        ("Claims handler decides on the claim.", "Claims"),
        ("The invoice is approved by finance.", "Finance"),
        ("Salesforce sends the deal.", "Salesforce"),
        # Nobody the app knows: a department, somebody in one word, or a name of their own.
        ("Operations checks exceptions in a spreadsheet.", "Operations"),
        ("operations checks exceptions", "Operations"),
        ("Warehouse clerk packs the parcel.", "Warehouse"),
        ("HR enters the employee.", "HR"),
        ("hr enters the employee.", "HR"),
        ("The nurse records the vital signs.", "Nurse"),
        ("Nurses enter the temperature.", "Nurses"),
        ("Human Resources enters the employee.", "Human Resources"),
        ("The data team loads the file.", "Data"),
        # Unsure, or nobody.
        ("Shift manager approves the list.", ""),
        ("Someone fixes the record.", ""),
        ("Create the invoice.", ""),
        ("The system creates the customer.", ""),
        ("CRM sends the deal to billing.", ""),
        ("A nightly job sends the deals.", ""),
        ("Invoice arrives in the mailroom.", ""),
        ("The invoice is created.", ""),
        ("Finance", "Finance"),
        ("", ""),
    ],
)
def test_who_does_it(sentence: str, team: str) -> None:
    assert read(sentence, teams=TEAMS, systems=SYSTEMS).team == team


@pytest.mark.parametrize(
    ("sentence", "system"),
    [
        ("Sales rep updates deal stage in CRM.", "CRM"),
        ("Finance creates invoice in billing.", "Billing"),
        ("The clerk cancels the order in the web shop.", "Web Shop"),
        ("The clerk cancels the order in the shop.", "Shop"),
        ("Finance copies deals from CRM into Billing.", "Billing"),
        ("Finance compares CRM with billing.", "CRM"),
        ("CRM sends the deal to billing.", "CRM"),
        ("The nightly job sends deals to billing.", "Billing"),
        ("Finance shops for paper.", ""),
        ("Finance posts the invoice.", ""),
        ("", ""),
    ],
)
def test_where(sentence: str, system: str) -> None:
    assert read(sentence, teams=TEAMS, systems=SYSTEMS).system == system


def test_a_team_that_is_called_like_a_system_is_the_who() -> None:
    both = ("Billing", "CRM")
    assert read("Billing creates the invoice.", teams=both, systems=both) == Read("Billing", "", "")
    assert read("Billing creates the invoice in billing.", teams=both, systems=both) == Read("Billing", "Billing", "")


@pytest.mark.parametrize(
    ("sentence", "touch"),
    [
        ("Sales exports deals from CRM.", "export"),
        ("Agents export the tickets.", "export"),
        ("Finance downloads the list of customers.", "export"),
        ("Finance pulls a report from billing.", "export"),
        ("Sales exports deals and then mails them.", "export"),
        ("Finance exports deals to Excel.", "export"),
        ("Marketing uploads the list.", "upload"),
        ("Finance imports the CSV file into billing.", "upload"),
        ("Finance copies the amount from the e-mail into billing.", "paste"),
        ("Clerk opens the order and pastes the address.", "paste"),
        ("The clerk retypes the order.", "paste"),
        ("Operations checks exceptions in a spreadsheet.", "spreadsheet"),
        ("Finance sorts the rows in Excel.", "spreadsheet"),
        ("Finance corrects the totals in the spreadsheet.", "spreadsheet"),
        ("Sales rep mails the order form to finance.", "inbox"),
        ("Sales e-mails the order form to finance.", "inbox"),
        ("Sales sends an e-mail to finance.", "inbox"),
        ("Sales sends finance the spreadsheet by e-mail.", "inbox"),
        ("Finance picks the order form out of the inbox.", "inbox"),
        ("Finance forwards the order form.", "inbox"),
        ("Finance asks sales in chat.", "chat"),
        ("Finance asks sales in Slack for the date.", "chat"),
        ("Ops pings finance.", "chat"),
        ("Finance posts the question in Teams.", "chat"),
        ("Finance messages the sales rep.", "chat"),
        ("Finance corrects the start date.", "edit"),
        ("Support fixes the record.", "edit"),
        ("An administrator overrides the status.", "edit"),
        ("Finance changes the status by hand.", "edit"),
        # Normal work, and what nobody does by hand.
        ("Sales rep updates deal stage in CRM.", ""),
        ("Finance creates invoice in billing.", ""),
        ("Sales rep adds the e-mail address of the customer.", ""),
        ("The clerk prints two copies.", ""),
        ("The manager signs the time sheet.", ""),
        ("Legal approves the exports.", ""),
        ("A nightly job exports the deals to a spreadsheet.", ""),
        ("The system mails the invoice to the customer.", ""),
        ("CRM e-mails the order to billing.", ""),
        ("Billing automatically imports the deals.", ""),
    ],
)
def test_what_sounds_like_work_by_hand(sentence: str, touch: str) -> None:
    assert read(sentence, teams=TEAMS, systems=SYSTEMS).touch == touch


@pytest.mark.parametrize(
    "sentence",
    [
        "Финансы создают счёт в системе",
        "財務部は請求書を作成する。",
        "المالية تنشئ الفاتورة",
        "הכספים יוצרים חשבונית",
        "Η οικονομική υπηρεσία εκδίδει το τιμολόγιο",  # noqa: RUF001 - Greek
        "Финансы",
        "Finance создаёт счёт",
    ],
)
def test_what_is_not_written_in_latin_letters_is_not_judged(sentence: str) -> None:
    assert read(sentence, teams=TEAMS, systems=SYSTEMS).complaints == ()


def test_names_are_found_in_every_script() -> None:
    assert read("Финансы создают счёт в Биллинг", systems=("Биллинг",)).system == "Биллинг"


@pytest.mark.parametrize(
    "sentence",
    [
        "Finance 🎉 creates the invoice 🎉",
        "?" * 200,
        "\N{RIGHT-TO-LEFT OVERRIDE}Finance creates the invoice.",
        "Finance\u200bcreates\u0000the invoice",
        "a" * 5000,
        "word " * 1000,
        ". " * 2500,
        "and then " * 500,
        "(((((((",
        "by by by by",
        "'\N{RIGHT SINGLE QUOTATION MARK}'-",
        "İstanbul ekibi faturay\N{LATIN SMALL LETTER DOTLESS I} keser ß ﬁ",
    ],
)
def test_odd_input_is_read_without_an_error(sentence: str) -> None:
    read(sentence, teams=("", " ", "(", "İ", *TEAMS), systems=("", ".*", *SYSTEMS))


@given(st.text(), st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_whatever_is_typed_is_read(sentence: str, teams: list[str], systems: list[str]) -> None:
    found = read(sentence, teams=teams, systems=systems)
    assert all(complaint.endswith((".", "”")) for complaint in found.complaints)
    assert not found.system or found.system in {system.strip() for system in systems}


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_words_in_any_order_are_read(words: list[str]) -> None:
    read(" ".join(words), teams=TEAMS, systems=SYSTEMS)
