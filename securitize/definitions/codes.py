"""Every code of a problem: what it means, in one place.

``docs/reference/codes.md`` is this list. SEC1xx: a file by itself, as written. SEC2xx: what a file says does
not fit together. SEC3xx: a warning; a run goes on and its manifest holds it. SEC9xx: runs, tables and storage.
"""

from __future__ import annotations

from dataclasses import dataclass

from securitize.base.errors import Problem


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its title, and what it means for the writer of a file."""

    code: str
    title: str
    explanation: str


_CODES = """
SEC101|File cannot be read|The file does not exist, or the system refuses to open it.
SEC102|Not a regular file|A definition is a regular file: no folder, pipe or device.
SEC103|File too large|A definition has at most 2 MiB, 200,000 values and 30,000 tables and arrays.
SEC104|Not UTF-8|A definition is UTF-8 text without a byte order mark.
SEC105|Nested too deep|Tables and arrays are nested at most 32 deep.
SEC106|Number too long|A number has at most 40 digits and an exponent of at most four.
SEC107|Not TOML|The file breaks the syntax of TOML 1.0.
SEC108|Name given twice|Two keys of a table are equal, or differ only by case or Unicode form.
SEC109|Text too long|A key has at most 200 characters, a text 10,000.
SEC110|Not a number|A number stands without quotes.
SEC111|Not finite|inf and nan are no amounts and no rates.
SEC112|Rate above 1|Rates and shares are decimal: 2.85% is 0.0285.
SEC113|Number too fine or too large|Amounts have at most two decimals and rates at most eight.
SEC114|Number out of bounds|The number is negative or beyond what its field can mean.
SEC116|No value|A figure with only a bound or a source cannot be computed with.
SEC117|Unknown key in a figure|A figure has value, kind, source, at_least, at_most, unit, note.
SEC118|Figure without kind|A figure is published, derived or assumed.
SEC119|Figure without source|A published or derived figure names its source.
SEC121|Date out of range|Dates lie between 1901 and 2199, as far as calendars go.
SEC122|Unknown key|The table has no such key; the nearest one is suggested.
SEC123|Missing key|The table needs this key.
SEC124|Not one of the allowed words|The field takes one of a closed list of words.
SEC125|Unknown kind|The kind decides which other keys a table has.
SEC127|Wrong type|A text, whole number, truth value, array or table is needed.
SEC128|Not a date|A date is written without quotes and without a time of day: 2024-09-11.
SEC129|Bad name|Names are ASCII letters, digits, - and _, at most 40, starting with a letter or digit.
SEC130|Text too long for its field|Titles have at most 200 characters, descriptions 4,000.
SEC131|Whole number out of bounds|The whole number is outside what its field can mean.
SEC132|Too few or too many entries|The table or array has fewer or more entries than it may.
SEC133|Wrong form|The text does not have the form of its field, such as 3M or CNY.
SEC139|Invalid value|The value does not fit its field.
SEC140|More problems|A file has more problems than are worth listing; the first ones are told.
SEC141|Kind of file unknown|The keys at the top of a file decide of which kind it is; these are of none, or of several.
SEC150|Recovery by rate or amount|A recovery of a named default has either a rate or an amount.
SEC151|Order of events|The order names default, interest and prepayment once each.
SEC152|Recoveries above what defaulted|The rates of recoveries sum to at most 1.
SEC153|Instalment dates incomplete|A contract's dates are every, first and last, or a list.
SEC154|Last date off the rule|The last date is not first plus whole multiples of every.
SEC155|Instalment dates out of order|Instalment dates ascend and lie after the contract's start.
SEC156|Right named twice|A contract names each right once.
SEC157|Payments do not sum up|A custom schedule sums to the opening balance.
SEC158|Unknown name in a pool|A contract or right names an obligor or right that the pool does not hold.
SEC160|LPR dates out of order|The rows of the loan prime rate ascend by date.
SEC161|Holiday outside the years|A holiday lies in one of the years that the file lists.
SEC162|Dates of the deal|The adjusted dates of the deal do not ascend, or their lists do not fit.
SEC163|No loan prime rate|The market holds no rate for a date that a contract needs.
SEC167|Points of a curve|The points of a curve ascend by tenor.
SEC168|One law of a step|A step of sales comes in a window or with a hazard.
SEC169|Loadings above 1|Squares of the loadings of sales sum to at most 1, and a sector that is loaded on is named.
SEC170|One change in a stress|A stress of a rate is exactly one of set, scale, shift, ramp.
SEC171|Periods reversed|last_period is before first_period.
SEC172|Dates reversed|The end of a window is before its start.
SEC173|One name in a stress|A named stress has an obligor or a contract.
SEC174|Unknown name in a scenario|The pool holds no such obligor, contract or right.
SEC175|Event before the cut-off|What a scenario tells happens after the cut-off date.
SEC176|Put that nobody pays|A scenario puts a note, and no step of the deal pays amounts put of it.
SEC178|Degrees of freedom|A Student-t factor has too few degrees of freedom for what it is asked.
SEC180|Expected cash in the past|Cash that is expected comes after the date of as_of.
SEC181|Consequence that cannot be|What follows the failure of a right fits the contract: only licence fees can be cut.
SEC182|Day count without frequency|The day count needs to know how often interest is paid.
SEC183|Nominal price|A nominal price is at most the price, and part of no listed payment.
SEC184|Price of a receivable|A receivable is bought at a price or a discount rate, at most its amount.
SEC185|Interest without principal|Projected interest is paid on principal that is left.
SEC186|Royalty rates out of order|Dates of steps, and amounts of tiers, ascend; the first tier begins at 0.
SEC187|One condition of a milestone|A milestone is due by sales or on a date.
SEC188|Valid claims of no right|A royalty that lasts until the last valid claim names rights.
SEC189|Restated at the wrong time|What a contract owes in mid-life is told for a date from the cut-off on, before its last instalment.
SEC190|File of dated cash|A file of sales or cash lies beside the pool file and has the columns of its contract.
SEC191|Deviation too large|A rate from 0 to 1 has a variance below mean times one less mean.
SEC192|Shares of delays|The shares of delays sum to 1, and each number of days is written once.
SEC193|Outcomes of challenges|The shares of challenges that end invalid and partly invalid sum to at most 1.
SEC194|Source of random recoveries|A random recovery names a source of the deal's recoveries, each once.
SEC195|Age of a right not known|Lapse needs the age of a patent: from its expiry, or written.
SEC196|Families of rights|A right is in one family, and the first right of a family says how it fails.
SEC197|One of two forms|Obsolescence has a hazard or a life; the cost of a sale is a share or an amount.
SEC201|Unknown note|A step, fee, trigger, target, limit, ledger or residual_to names a note that the deal does not have.
SEC202|Unknown account|A step, a stream, a trigger or the deficiency ledgers name an account that the deal does not have.
SEC203|Unknown fee|A step pays a fee that the deal does not have.
SEC204|Unknown trigger|A step, coupon, settlement, target, fee or combination looks at a trigger that the deal does not have.
SEC205|Unknown support|A step or a trigger names support that the deal does not have.
SEC206|Unknown limit|A step names a limit that the deal does not have.
SEC207|Unknown payee|Payees are a closed vocabulary, such as interest:NOTE.
SEC208|Reserved name|originator is the originator and cannot name a note.
SEC209|Unknown index|A floating rate follows an index that the market does not hold.
SEC210|Fee never paid|No step of the normal priority pays the fee.
SEC211|Interest never paid|No step of the normal priority pays the interest of a note that bears interest, or its deferred part.
SEC212|Principal never paid|No step of the normal priority repays a note that has a balance.
SEC213|Account never used|Nothing enters the account and nothing leaves it.
SEC214|Money out of reach|Money enters an account that no step draws on or releases.
SEC215|Step never has money|An earlier step always takes everything from the accounts of this step.
SEC216|Due and never paid|No step of the normal priority pays amounts put, a call premium, or interest and fees of support.
SEC217|Paid and never due|A step pays puts, a premium, or interest or fees of support, that the deal does not have.
SEC218|No deficiency ledger|A step or a trigger looks at the deficiency ledger of a note that has none.
SEC220|Alone in its step|release, transfer, residual and originator stand alone in a step.
SEC221|Paid twice in a step|A step names a payee once, and not two that are paid the same, as principal and redemption of a note are.
SEC222|Support where there is none|A step that takes what is left, or fills an account, takes no support.
SEC223|Account pays itself|The account that is filled is one of those that the step draws on.
SEC224|Release draws on its own account|A release step draws on the reserve that it releases and has no from.
SEC225|Limit incomplete|A limit is an amount, or a percent of what it names.
SEC226|Member limit of nobody|A member limit names a payee of its own step.
SEC227|Named twice|A list names something twice, or a note beside itself.
SEC228|Not a reserve|reserve, release and a trigger on a reserve name a reserve account.
SEC229|Step never runs|A trigger stands in both when and unless.
SEC230|Reserve without target|A reserve account has a target.
SEC231|Collection account with target|A collection account has no target.
SEC232|Opening without funding|Money in an account at closing comes from the proceeds or from outside.
SEC233|No collection account|A deal has at least one collection account; the first is the main one.
SEC234|Empty list|A list that must name something names nothing.
SEC235|Cap below floor|The cap of a target is below its floor.
SEC236|Certificates that do not divide|A note is whole certificates, and each is paid whole units that divide its face and make whole cents.
SEC237|End of what does not begin|capitalise_until ends the capitalising of unpaid interest, where it is capitalised.
SEC238|One cause of a settlement|A note is settled on a date or after a trigger.
SEC240|Payment dates incomplete|Payment dates are every, first and last, or a list.
SEC241|Last date off the rule|The last payment date is not first plus whole multiples of every.
SEC242|Dates out of order|Cut-off, closing, payment dates and legal final ascend.
SEC243|Collection dates|Collection dates are days_before, a rule or a list, none later than its payment date, and new ones for each.
SEC244|Cap of a rate below its floor|The cap of a floating rate is at least its floor.
SEC245|Dates of options|Puts and call prices ascend; puts, settlements and the issuer's call lie within the deal.
SEC247|One price of a call|The issuer's call has a price, or a list of prices.
SEC248|Change of a fee|A fixed fee changes its amount, a fee by percent its rate.
SEC249|Terms of support|Support ends after it begins, and an undrawn fee is charged on a limit.
SEC250|Schedule does not sum up|Scheduled principal sums to the note's balance.
SEC251|Schedule out of order|Dates of a note's schedule ascend, after closing and not after the legal final date.
SEC252|Step-up out of order|Steps of a rate ascend after closing.
SEC253|Fee dates reversed|A fee ends before it starts, or is due after the legal final date.
SEC260|Milder trigger too late|The milder consequence can only be reached after the more severe one.
SEC261|Unpaid interest that may be unpaid|A trigger on unpaid interest names a deferrable note.
SEC262|Unpaid interest of a note without interest|A trigger on unpaid interest names a note that bears none.
SEC263|Measured after payment only|OC and unpaid interest are tested after payment.
SEC264|Effect before its cause|A test after payment takes effect at the next payment.
SEC265|First test too late|The first test is after the legal final date, or a date trigger after it.
SEC266|Coverage of no note|No note has this rank or a more senior one.
SEC267|OC with support|Support and reserves count in DSCR and IC only.
SEC268|Priority that does not exist|A trigger calls for a priority that the deal does not write.
SEC269|Cure of what is latched|A latched trigger is never cured.
SEC270|Too large to be exact|Amounts, rates and days multiply to more than exact whole numbers hold.
SEC271|Corridor of sales|A trigger on sales has lower, upper or both, and upper is not below lower.
SEC272|Periods that do not count|A trigger on collections looks at periods only where it is not cumulative.
SEC273|Combination of later triggers|A combination is of triggers declared before it.
SEC274|Last test before the first|A trigger is tested from its first test to its last.
SEC275|Provider without rating|A trigger on a provider's rating needs the rating at closing.
SEC280|Currencies differ|Deal and pool have different currencies.
SEC281|Legal final before the last asset|A contract pays after the legal final date of the deal.
SEC290|Unknown name in a state|The state of a deal in mid-life names something that the deal does not have.
SEC291|State outside the deal|as_of is a payment date before the legal final, and amounts and tests fit the terms of the deal.
SEC292|Actuals that cannot be read|A row of an actuals file has an unknown column, or no amount where one is needed.
SEC293|Actuals that do not fit|The rows of an actuals file tell every period, and every contract, of the run that is rolled.
SEC294|Published balances|A file of published balances has the columns period, note and balance of the deal.
SEC295|State of what the deal does not have|A state tells of puts, ledgers, calls, caps or settlements that the deal has.
SEC296|History out of step|Collected and scheduled amounts, sales and forecast sales, are told for the same dates.
SEC301|Trigger without consequence|The trigger calls for no priority and nothing looks at it.
SEC302|Support never used|No step names the support.
SEC303|Limit never used|No step names the limit.
SEC304|Fee excess never paid|A capped fee has no step for its excess: it waits for later caps.
SEC305|Priority never in force|No trigger calls for the priority.
SEC306|Note left out of a priority|A priority other than the normal one never pays a note's interest or principal.
SEC307|Figure outside its bounds|A value is outside its own at_least and at_most.
SEC310|Collateral of somebody else|A right's owner is not the obligor of the contract that it secures.
SEC311|Collateral never used|No contract names the right.
SEC312|Obligor never used|The obligor owes nothing, owns nothing and sold nothing.
SEC313|Contract starts after closing|The contract starts when the deal is already closed.
SEC314|Nothing left to collect|The contract has no instalment after the cut-off date.
SEC315|Collected after the last date|A contract pays after the last collection date, within the legal final date.
SEC316|Another pool|The deal names another pool than the one that it is run with.
SEC317|Stress without effect|No cash depends on what the stress changes.
SEC318|Support reimbursed nowhere|Support that reinstates what is reimbursed is reimbursed by no step.
SEC319|More warnings|A file has more warnings than are worth listing; the first ones are told.
SEC320|Two languages in one text|A name or title is English and Chinese in one; the Chinese has a field of its own, such as name_zh.
SEC331|Node without rules|No rule places a patent on a node with nothing below it; a chain can be used all the same.
SEC332|Hierarchy not known|What lies below a group of a pattern is not in the tables; symbols that begin alike are taken instead.
SEC400|Candidate file refused|The file is no CSV, XLSX or Parquet that can be read, or it is too large.
SEC401|Unknown source of candidates|The source, or a column of the user's own map, is not known.
SEC402|Headings of candidates|The headings are those of the source, name each column once, and hold the columns that are needed.
SEC403|Row of another length|A row has as many fields as the heading, and its quotes are closed.
SEC404|Row without key|A row has what identifies it, and the cells that it is nothing without.
SEC405|Not a publication number|A publication number is office, number and kind; a Chinese one has a first digit that fits its kind.
SEC406|Not an application number|A Chinese application number has 8 or 12 digits and a check digit that fits.
SEC407|Not a credit code|A unified social credit code has 18 characters, the last of which fits (GB 32100-2015).
SEC408|Not a date of a candidate|The date does not exist, or the order of its day and month is not known.
SEC409|Dates that cannot be|Dates of one row contradict each other, or tell of the past and lie after the day of the build.
SEC410|Not a number of a candidate|The number is not finite, negative, out of bounds or no number.
SEC411|Not one of the words of a column|The cell holds none of the words that the column takes, in English or Chinese.
SEC412|Formula without value|A formula of a workbook has no stored value, or failed; nothing is calculated.
SEC413|Duplicates that differ|Two rows have one key, or are publications of one right, and say different things.
SEC414|Contract of an unknown company|A contract names a company that the table of companies does not have.
SEC415|Row merged|The row says what another says, or is another publication of the same right; that row is kept.
SEC416|Text like a formula|A text begins with =, + or @; it is kept as text.
SEC417|Letters damaged|The text, or the file, was read in a wrong encoding before it came here.
SEC418|Symbol left out|A piece of a list of classifications is no symbol.
SEC419|Statements differ|Two cells of a candidate say different things of one fact; the more reliable one is taken.
SEC420|Patent without company|No company of the table owns the patent, by its key, credit code or name.
SEC421|Company without candidates|The company has neither patents nor contracts among the candidates.
SEC422|Contract and patents apart|A patent names a contract that does not exist, or no patent stands behind a contract.
SEC423|Event of an unknown patent|No candidate has the number that a legal event names.
SEC424|Events differ from the table|The legal events say something else than the table of patents, and are taken.
SEC425|Event code not known|What a code of a legal event means is not known; it does not count.
SEC426|Likely former name|A name resembles that of a company; it is not joined unless somebody says so.
SEC427|Column not taken|A heading means no canonical column, or one that another heading tells already.
SEC428|Left out|A line above the heading, another sheet, or an event after the day of the build is not read.
SEC429|More problems of candidates|A file has more problems than are worth listing; all of them stand in the table of changes.
SEC430|Lapse curve incomplete|A file of lapse curves has every curve, each with exposure, lapses, hazard, lower and upper by year of age.
SEC431|Hazard outside its band|A hazard is not negative, lies between its own limits and is at most 5.
SEC432|Lapse curves without source|A file of lapse curves says their kind and source.
SEC433|Life cannot be computed|A patent's term needs its filing date and its kind.
SEC434|Dates of a patent contradict|A filing is before the grant, and not after the day of the valuation.
SEC435|Valuation input out of bounds|Revenue is not negative; contribution and discount rates lie between 0 and 1.
SEC460|Code of a node|Codes of nodes are ASCII letters, digits, dots, - and _, at most 40, starting with a letter or digit.
SEC461|Not an IPC pattern|A pattern is a symbol such as H01M10/42, or H01M10/42*, H01M4*, B60L* for all below.
SEC462|Not a keyword|A keyword holds a letter or digit and has no blanks around it.
SEC463|Unknown node|A parent, an edge or a rule names a node that the chain does not have.
SEC464|Node below itself|The parents of nodes run in a circle.
SEC465|Node supplies itself|The edges of a chain, with all that lies below their nodes, run in a circle.
SEC466|Edge written twice|A chain writes each edge once.
SEC467|Leaf without stage|A node with nothing below it is upstream, midstream or downstream.
SEC468|Keywords of a rule by symbols alone|A rule with ipc_only has no keywords.
SEC480|One default probability|An obligor or provider has one of hazard, rating and cumulative; an obligor may have the hazard of all.
SEC481|Cumulative probabilities|Cumulative probabilities of default do not fall from year to year and stay below 1.
SEC482|Rating without table|A rating that is named has a table of cumulative probabilities.
SEC483|Loadings|The squares of the loadings of a company sum to 1 at most, and a loading on a node has a node.
SEC484|Correlation of nodes|Factors of nodes can have the correlations that are written: none twice, none negative as a whole.
SEC485|Nodes without chain|A node is one of the chain, a pair names nodes of companies, and distances and customers need a chain.
SEC486|Contagion that heals|The default of a supplier does not lower the hazards of its customers.
SEC487|Provider of nothing|A provider is a support of the deal, or names a source of its recoveries.
SEC488|One company behind providers|One of the providers of a company says how it defaults, and what else the company has.
SEC510|Dates of a build|The legal final of the notes lies after the day on which candidates are judged.
SEC511|Limit without bound|A limit has a lower or an upper bound, in that order.
SEC512|Node that the chain does not have|A limit names a node of the chain.
SEC513|Venue limit that there is not|What is waived is a limit of the venue.
SEC514|Weight of an indicator that there is not|Weights are those of indicators.
SEC515|Screen, preset, source or column that there is not|Screens, presets of entry rules, sources of candidate files and canonical columns are those that ship.
SEC620|Curves of no day|Curves have the date that they are of and their currency.
SEC621|No curve|A market with a date or spreads has a curve, and a curve of an index has quotes.
SEC622|Rate of a curve out of bounds|Rates are decimal, and negative only where may_be_negative says so.
SEC623|Unknown rating|Spreads are of the ratings that notes have.
SEC624|Unknown index of a curve|A curve of an index names one whose rates the market holds.
SEC625|Market on a holiday|The date of a market is a business day of its calendar.
SEC626|Tenor or rating that is missing|What is asked of a market lies within its tenors and is of a rating that it holds.
SEC627|Government curve missing|The curve that discounts is one of the curves of the market.
SEC628|Broken periods|Bonds and swaps of a curve have whole periods.
SEC629|Quote of a later day|No quote is of a later day than its market.
SEC630|Curve that does not exist|Discount factors that meet the quotes are positive, and do not rise unless negative rates are meant.
SEC650|Cost by rate or amount|A cost that companies pay has either a rate or an amount.
SEC651|Cost of the balance|A cost of the balance is paid each year.
SEC652|Facility without money or time|A facility lends an amount, and is settled after it is drawn.
SEC653|Bounds do not ascend|The lower bound is not above the upper one.
SEC654|Financing of nothing|A financing is of a deal or of a facility of its own, one of them.
SEC655|Company, fee or alternative that there is not|Companies are obligors of the pool, taxes and guarantees fees of the deal.
SEC656|Appraised value unknown|A cost or an advance rate asks for an appraised value; it is written, or follows from advance_rate.
SEC660|Rate or bands of a rule|A rule of a policy has one rate, or bands with a rate each.
SEC661|Bands of a rule|Bands ascend, each to its end; the last one has none.
SEC662|Parts of a rule that do not fit|Components are of costs; a share of the issue goes to the issuer or the lender.
SEC663|Policy over before it begins|A policy or rule begins before it ends.
SEC664|Split of losses|Shares of a loss sum to 1, and a pool is one of them.
SEC665|Policy without rules|A policy pays by rules, or splits losses.
SEC666|Policy outside its dates|Money is drawn while the policy holds; --as-if applies it all the same, so marked.
SEC710|Rule without a threshold|A rule that is tested has a least or a most; a rule that nothing tests has none.
SEC711|Two rules of one name|The rules of a preset have names of their own.
SEC712|Capital set over before it begins|A capital set begins before it ends.
SEC713|Rule in place of another unknown|A rule that may be kept in place of another is one of the same preset.
SEC740|Scenario of a suite named twice|Each scenario of a suite has a name of its own; base is the deal as it stands.
SEC741|Composed of a later scenario|A scenario is composed of scenarios that stand above it.
SEC742|Scenario that changes nothing|A scenario has a stress, is composed of others, or withdraws subsidies.
SEC743|Driver of reverse stress written twice|Each driver of reverse stress is written once.
SEC901|Storage failed|The disk or a permission stood in the way; nothing half-written is visible.
SEC902|Folder in use|Another process writes to the same output folder.
SEC903|Run damaged|A file of a run is missing, changed or does not match the manifest.
SEC904|Not a run|The folder is not a run of this program.
SEC905|Folder taken|The output folder exists and holds something else.
SEC906|Input name|A copy of an input cannot be stored under this name.
SEC920|Table does not hold|A table breaks its data dictionary.
SEC921|Table file refused|A Parquet file is damaged or does not have the columns of its table.
"""  # noqa: E501
CODES: dict[str, Code] = {
    code: Code(code, title, explanation)
    for code, title, explanation in (line.split("|") for line in _CODES.strip().splitlines())
}


def is_warning(problem: Problem) -> bool:
    """Whether a run may go on."""
    return problem.code.startswith("SEC3")


def reference_page() -> str:
    """``docs/reference/codes.md``."""
    groups = {
        "SEC1": "A file by itself",
        "SEC2": "What does not fit together",
        "SEC3": "Warnings",
        "SEC4": "Candidates and industry chains",
        "SEC5": "Assembling a pool",
        "SEC6": "Markets",
        "SEC9": "Runs, tables and storage",
    }
    lines = [
        "# Codes of problems",
        "",
        "Every problem ends with a code. All problems of a file are reported at once,",
        "each with its line. A warning does not stop a run; the run's manifest holds it. This page is made from",
        "`securitize/definitions/codes.py`.",
    ]
    for prefix, heading in groups.items():
        lines += ["", f"## {heading}", "", "| code | title | meaning |", "|---|---|---|"]
        lines += [
            f"| {entry.code} | {entry.title} | {entry.explanation} |"
            for entry in CODES.values()
            if entry.code.startswith(prefix)
        ]
    return "\n".join(lines) + "\n"
