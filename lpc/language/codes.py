"""The registry of diagnostic codes: E1xx syntax, E2xx names and meaning, E3xx geometry.

Every code that `lpc.language` emits is here, and a test checks the reverse too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of diagnostic: its title and a paragraph of explanation."""

    title: str
    explanation: str


CODES: dict[str, Code] = {
    "E101": Code(
        "not UTF-8",
        "A file is read as UTF-8 text; the marked byte is no part of such text. Save the "
        "file as UTF-8.",
    ),
    "E102": Code(
        "cannot be read",
        "The path names no file, a directory, or a file that may not be read.",
    ),
    "E103": Code(
        "too large",
        "Files above five million bytes are refused: a derivation is written by hand and "
        "is far shorter.",
    ),
    "E104": Code(
        "nothing to check",
        "The file holds no statement, only blank lines and comments.",
    ),
    "E105": Code(
        "unexpected text",
        "The text stops being a statement of the language at the marked place; the "
        "message lists what could stand there.",
    ),
    "E106": Code(
        "unknown character",
        "The character has no meaning outside a string or a comment. Some letters only "
        "look like known ones; type the plain letter.",
    ),
    "E107": Code(
        "bracket not closed",
        "An opening bracket or brace has no partner. The message points at the opening one.",
    ),
    "E108": Code(
        "bracket not opened",
        "A closing bracket or brace has no partner before it.",
    ),
    "E109": Code(
        "string not closed",
        "A string opens and closes with a straight double quote on the same line.",
    ),
    "E110": Code(
        "doubled equals sign",
        "Equality is written with one `=`, a definition of a quantity or a model's rule with `:=`.",
    ),
    "E111": Code(
        "colon missing",
        "`assume`, `define` and `claim` put a colon between the name and what is said.",
    ),
    "E112": Code(
        "nothing after `by`",
        "`by` is followed by names of assumptions, or by `product rule`, `bayes`, `total "
        "probability` or `algebra`, divided by commas.",
    ),
    "E113": Code(
        "misspelt keyword",
        "A statement opens with a word that is no keyword but is close to one.",
    ),
    "E114": Code(
        "bar or comma missing",
        "Inside P(…) names are divided by commas, and one `|` divides what is predicted "
        "from what is given.",
    ),
    "E115": Code(
        "nested too deeply",
        "Expressions and regions may be nested one hundred deep.",
    ),
    "E116": Code(
        "number too long",
        "Numbers may have at most one thousand digits.",
    ),
    "E117": Code(
        "reserved word",
        "Keywords cannot be names. Change the spelling, for instance with a capital "
        "letter or a subscript.",
    ),
    "E118": Code(
        "said twice",
        "A step takes at most one label, one `by …` and one `expect …`.",
    ),
    "E119": Code(
        "too many errors",
        "Only the first fifty errors of a file are shown; the later ones may well be consequences.",
    ),
    "E120": Code(
        "unknown LaTeX command",
        "In names only the commands of Greek letters and `\\prime` are read.",
    ),
    "E121": Code(
        "line ends too early",
        "A line end closes a statement, except inside ( ) [ ] or the braces of values, "
        "and before a line that opens with `=`, `else`, `by`, `expect`, `to`, `and` or an "
        "operator between two terms.",
    ),
    "E122": Code(
        "name too long",
        "Names may have at most two hundred characters.",
    ),
    "E201": Code(
        "unknown variable",
        "Every variable of a formula is declared in `variables`, `split`, `part` or as a "
        "latent of `causal`.",
    ),
    "E202": Code(
        "unknown assumption or definition",
        "Names after `assuming` and `by`, left of `entail`, and alone as a formula are "
        "those of `assume` and `define` statements.",
    ),
    "E203": Code(
        "declared twice",
        "Each name is declared once; variables share one list of names, assumptions and "
        "definitions another, derivations and rewrites a third.",
    ),
    "E204": Code(
        "on both sides of the bar",
        "In P(X | Y) a variable stands in X or in Y, not in both, and once.",
    ),
    "E205": Code(
        "in two places of an independence",
        "In X ⊥ Y | Z the three lists share no variable, and no list has one twice. To "
        "say that X is a function of Z write `X determined by Z`.",
    ),
    "E206": Code(
        "two sides speak of different variables",
        "A variable left of a bar on one side of an equation occurs nowhere on the other "
        "side, so the equation cannot be about the same event. This is how misprints such "
        "as P(B | a, b) = P(A | b) show.",
    ),
    "E207": Code(
        "variable without a place",
        "Local causality and common causes speak of where variables live. With a declared "
        "spacetime every variable in use has a place: `at REGION` after its name. Parts of a "
        "composite take the whole's place.",
    ),
    "E208": Code(
        "a principle without a causal structure",
        "`local causality` and `common causes` need a `spacetime` or a `causal` block to speak of.",
    ),
    "E209": Code(
        "both spacetime and causal graph",
        "Local causality is read off one structure; a file declares a spacetime or a "
        "causal graph, not both.",
    ),
    "E210": Code(
        "cycle",
        "Composites, definitions and the causal graph must not lead back to themselves.",
    ),
    "E211": Code(
        "value listed twice",
        "The values of a variable differ from each other.",
    ),
    "E212": Code(
        "not a verdict",
        "After a step or a rewrite `expect` is followed by identity, licensed, refuted or "
        "undecided; after a claim by entailed, refuted or undecided, and after a claim on a "
        "model by holds, fails or undecided.",
    ),
    "E213": Code(
        "division by zero",
        "The denominator of a fraction is zero, in a number or when a model or a quantity is "
        "evaluated.",
    ),
    "E214": Code(
        "not an equation between products",
        "In this version both sides of an equation are products of conditional "
        "probabilities P(X | Y).",
    ),
    "E215": Code(
        "a principle inside a formula",
        "`local causality` and `common causes` are assumptions by themselves; give each a name "
        "with `assume` and refer to that name.",
    ),
    "E216": Code(
        "declared more than once in a file",
        "A file has at most one title, source, spacetime and causal graph.",
    ),
    "E217": Code(
        "a part twice",
        "A composite lists each of its parts once and has at least two; it is taken apart "
        "in one way.",
    ),
    "E218": Code(
        "not a function here",
        "A name followed by a parenthesis is a call, as in P(A | a). For a product write `*`.",
    ),
    "E219": Code(
        "too many arrows",
        "A causal graph may have at most ten thousand arrows.",
    ),
    "E240": Code(
        "used before it has a value",
        "The lines of a model run in order: each may use the variables that have got their "
        "value on the lines above it.",
    ),
    "E241": Code(
        "given a value twice",
        "A model gives each variable one value. A composite has its value by way of its parts, "
        "and the parts have theirs by way of the whole.",
    ),
    "E242": Code(
        "not in a model",
        "The lines of a model compute values from values. Probabilities, sums over values and "
        "quantities belong into `define Q := …` and into claims.",
    ),
    "E243": Code(
        "variable without a value",
        "A quantity is a number, so every variable in it is summed over, is a parameter, or "
        "stands in P(…) with a value: `a = x`. An inequality that is claimed may have free "
        "variables and then speaks for all their values, which must be declared for that.",
    ),
    "E244": Code(
        "wrong number of arguments",
        "A quantity takes as many arguments as it has parameters; `sqrt`, `cos`, `sin`, "
        "`first` and `second` take one.",
    ),
    "E245": Code(
        "unknown model",
        "Claims such as `M satisfies X` and `Q of M = value` name a `model` of the file.",
    ),
    "E246": Code(
        "local in what is not there",
        "`M is local in spacetime` needs a `spacetime` block, `M is local in causal` a `causal` "
        "block.",
    ),
    "E247": Code(
        "fresh variable of the file",
        "`fresh` introduces a variable of one model alone, so it cannot be one that the file "
        "declares.",
    ),
    "E250": Code(
        "weights do not sum to one",
        "The weights in `{ value : weight, … }` are probabilities: together they are one, exactly.",
    ),
    "E251": Code("negative weight", "A probability is not negative."),
    "E252": Code(
        "weight is not a number",
        "A weight is a number: a fraction, or made with sqrt, cos and sin.",
    ),
    "E253": Code(
        "not a declared value",
        "`variables` lists the values of this variable, and this is none of them.",
    ),
    "E254": Code(
        "not a number",
        "Sums, products, order and absolute values are for numbers, not for words and tuples.",
    ),
    "E255": Code(
        "neither true nor false",
        "Conditions are comparisons, or the numbers 1 (true) and 0 (false).",
    ),
    "E256": Code("not a pair", "`first` and `second` take a tuple of two."),
    "E257": Code(
        "not a tuple of the parts",
        "The value of a composite is a tuple with one entry for each of its parts, in the "
        "order in which they were named.",
    ),
    "E258": Code(
        "not a multiple of pi",
        "`cos` and `sin` are exact where the angle is a rational number times pi. Such angles "
        "may be added, and multiplied by rational numbers.",
    ),
    "E259": Code(
        "too many outcomes",
        "A model may have a million possible outcomes: combinations of values of all its "
        "variables, fresh ones included.",
    ),
    "E260": Code(
        "too large",
        "Numbers may have about three thousand digits above and below the line, tuples two "
        "hundred entries.",
    ),
    "E261": Code(
        "beyond exact arithmetic",
        "Numbers are exact: fractions, their square roots, cos and sin of rational multiples "
        "of pi, and what arithmetic makes of these as long as roots of unity of order ten "
        "thousand suffice. Other numbers are refused, never rounded.",
    ),
    "E262": Code(
        "model without the variable",
        "What is claimed of the model speaks of a variable to which the model gives no value.",
    ),
    "E263": Code(
        "summed over twice",
        "A variable of `sum[…]` has its values inside that sum alone: the same name outside, or in "
        "another sum, is another copy. So a sum over what an inner sum has used up says nothing.",
    ),
    "E270": Code(
        "not one state",
        "A `quantum` block has one line `state …`: a state by name, or amplitudes in braces.",
    ),
    "E271": Code(
        "unknown state",
        "States with a name are singlet (which is psi_minus), triplet (psi_plus), phi_plus, "
        "phi_minus, and ghz(n) and w(n) of n qubits. Others are given by their amplitudes.",
    ),
    "E272": Code(
        "not an amplitude of levels",
        "Amplitudes are given as `(0, 1) : x`, one level for each party, counted from 0. A party "
        "has as many levels as the largest number listed for it says, and at least two.",
    ),
    "E273": Code(
        "state not normalised",
        "The absolute squares of all amplitudes sum to one, exactly, and whatever the open "
        "angles are.",
    ),
    "E274": Code(
        "observable not Hermitian",
        "What is measured is a Hermitian matrix: its results, the eigenvalues, are real numbers.",
    ),
    "E275": Code(
        "not an observable of this party",
        "What is measured is a square matrix with a row for each level of the party: "
        "`spin(angle)`, a sum such as `cos(x) sigma_z + sin(x) sigma_x`, or `[[1, 0], [0, -1]]`.",
    ),
    "E276": Code(
        "no such party",
        "After `on` stands the number of the party that is measured, from 1 on.",
    ),
    "E277": Code(
        "party measured twice",
        "Each party is measured once; for other settings choose the observable with `if`.",
    ),
    "E278": Code(
        "open angle",
        "A variable of a state or an observable that gets no value in its `quantum` block is an "
        "open angle: any real number. It has no declared values and no distribution, so it "
        "stands right of the bar only, and nothing can be compared with it or divided by what "
        "depends on it.",
    ),
    "E279": Code(
        "quantum system too large",
        "A party may have eight levels, and all parties together sixty-four dimensions.",
    ),
    "E290": Code(
        "not supported yet",
        "The statement is part of the language and is read, but this version does not check it.",
    ),
    "E301": Code(
        "unknown region",
        "The name is not a region declared before in `spacetime`.",
    ),
    "E302": Code(
        "region without a spacetime",
        "A place in spacetime needs a `spacetime` block.",
    ),
    "E303": Code(
        "wrong coordinates",
        "A point has t and as many space coordinates as the spacetime has space "
        "dimensions; a slice only t; a segment t and a range of x; a ball t, a centre and "
        "r.",
    ),
    "E304": Code(
        "empty region",
        "The region holds no point, so nothing can live there.",
    ),
    "E305": Code(
        "impossible region",
        "The geometry cannot be built as written.",
    ),
    "E306": Code(
        "unknown dimension",
        "A spacetime is written d+1 with d between 1 and 9: 1+1 or 3+1.",
    ),
    "W404": Code(
        "complete where it does not live",
        "`complete C on R` says that C specifies everything in R. A variable of C that lives "
        "nowhere in R is allowed, but usually a slip of the pen: two names or two regions "
        "exchanged. The verdicts stand as for any other declaration.",
    ),
    "W408": Code(
        "not checked",
        "What is wrong with one statement does not keep the rest of the file from being checked. A "
        "step or claim that depends on it, by way of a name, a model, the causal structure, or "
        "because nobody can tell where the statement ends, is not checked. Neither is a claim "
        "that would come out undecided, since what is missing might have decided it.",
    ),
    "W405": Code(
        "not in the causal graph",
        "With a `causal` block local causality is the Markov condition of its graph, and says "
        "nothing of a variable that does not stand there. If the variable has no cause and no "
        "effect, name it on a line of its own in the block.",
    ),
}
