"""The verdicts of steps, rewrites and claims (DESIGN 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from os import PathLike, fspath
from typing import Any

from lpc.checker.bounded import notes, tables
from lpc.checker.breaking import refutation
from lpc.checker.consequences import break_a_bound, breakable
from lpc.checker.context import Context
from lpc.checker.countermodel import find_refutation
from lpc.checker.declare import nothing_complete
from lpc.checker.evidence import find_evidence, of_states
from lpc.checker.inequalities import InequalityClaim
from lpc.checker.inequalities import Proof as Bounded
from lpc.checker.models import ModelChecker
from lpc.checker.removals import Written, find_path, find_removals, unlicensed_removals
from lpc.checker.stated import Stated, stated
from lpc.checker.sums import SumStep
from lpc.exact import NumberError
from lpc.kernel.forms import BoundError
from lpc.language.document import (
    Citation,
    Claim,
    Derivation,
    Document,
    Inequality,
    Line,
    ModelClaim,
    Rewrite,
    Step,
    SumEquation,
)
from lpc.language.document import Item as DocumentItem
from lpc.language.faults import diagnostic
from lpc.language.files import DocumentError, load
from lpc.language.findings import NOT_CHECKED
from lpc.logic import Diagnostic, Formula, Monomials, Product, Severity, Span, Statement
from lpc.logic.effort import EFFORT, Effort, LimitReached
from lpc.logic.expand import monomials_of
from lpc.logic.expressions import EvaluationError, Fault
from lpc.logic.sums import Summation
from lpc.report.results import (
    Block,
    Countermodel,
    Evidence,
    FileReport,
    Item,
    Removal,
    RewriteStep,
    Verdict,
    VertexTable,
)
from lpc.search.closure import TooManyVariables
from lpc.search.rewriting import Move, find_rewriting

Names = tuple[str, ...]


def check(
    document: Document | str | PathLike[str],
    *,
    effort: int | None = EFFORT,
    timeout: float | None = None,
    on_line: Callable[[int], None] = lambda _: None,
) -> FileReport:
    """Check every step, rewrite and claim of a document, or of the file at a path.

    Of a file with mistakes, what does not depend on them is checked; the report lists the rest.

    Args: `effort`, the units of work that one item may take, None for no limit; an item that
    takes more is `undecided`. `timeout`, a limit in seconds beside it, for a caller who will not
    wait: what is found then depends on the machine. `on_line` is told the line of each item
    before it is checked.

    >>> import lpc
    >>> report = lpc.check(lpc.parse('''
    ... variables { A ; a ; b }
    ... assume I : A _||_ b | a
    ... derive d { assuming I ; P(A | a, b) = P(A | a) by I }
    ... '''))
    >>> [(item.verdict.value, item.needs) for item in report.items]
    [('licensed', (('I',),))]
    """
    if not isinstance(document, Document):
        return _check_file(document, effort=effort, timeout=timeout, on_line=on_line)
    checker = _Checker(Context(document, Effort(effort, timeout)), on_line)
    checker.say_once()
    checker.models.run_all()
    blocks = tuple(checker.block(item) for item in document.items)
    bare = nothing_complete(checker.context, blocks)
    found = [*document.warnings, *checker.diagnostics, *([] if bare is None else [bare])]
    if document.errors:
        open_ = tuple(b for b in blocks if _is_open(b))
        blocks = tuple(b for b in blocks if b not in open_)
        found += [*document.errors, *document.unchecked, *map(_unsettled, open_)]
    return FileReport(
        file=document.path,
        title=document.title,
        reference=document.reference,
        source=document.source,
        assumptions=(
            *((n, str(a.formula)) for n, a in checker.context.formulas.items()),
            *((n, equation.text) for n, equation in document.equations.items()),
        ),
        local_causality=checker.context.local_causality_names,
        blocks=blocks,
        diagnostics=tuple(sorted(found, key=lambda d: (d.span.line, d.span.column))),
    )


def _check_file(path: str | PathLike[str], **options: Any) -> FileReport:
    try:
        document = load(path)
    except DocumentError as error:
        if error.document is None:
            name, found = fspath(path), tuple(error.diagnostics)
            return FileReport(name, None, None, error.source, (), (), (), found)
        document = error.document
    return check(document, **options)


def _is_open(block: Block) -> bool:
    """Whether a claim is undecided; statements of the file it does not name may decide it."""
    return block.kind == "claim" and block.items[0].verdict is Verdict.UNDECIDED


def _unsettled(block: Block) -> Diagnostic:
    item = block.items[0]
    what = f'claim "{item.name}"' if item.name else "claim"
    message = f"{what} is not checked: what is wrong elsewhere might decide it"
    return Diagnostic(Severity.WARNING, NOT_CHECKED, message, Span(item.line, 1, item.line, 2))


def check_step(document: Document, derivation: Derivation) -> Item:
    """The result for the first step of a derivation, in the context of a document."""
    return _Checker(Context(document)).step(derivation, 1, derivation.steps[0])


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was found for a goal, before it is compared with what the file states."""

    verdict: Verdict
    needs: tuple[Names, ...] = ()
    would_do: tuple[Names, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    removals: tuple[Removal, ...] = ()
    rewriting: tuple[RewriteStep, ...] = ()
    relies_on_positive: tuple[str, ...] = ()
    tried: str = ""
    model: Countermodel | None = None
    notes: tuple[str, ...] = ()
    tables: tuple[VertexTable, ...] = ()


@dataclass(slots=True)
class _Checker:
    context: Context
    on_line: Callable[[int], None] = lambda _: None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    models: ModelChecker = field(init=False)
    _seen: dict[tuple[Line, Line, Names], _Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.models = ModelChecker(self.context, self.note)

    def note(self, diagnostic: Diagnostic) -> None:
        """Keep a message to the author, once."""
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def say_once(self) -> None:
        """What is to be said of a file as a whole."""
        for name in self.context.common_cause_names if self.context.document.graph else ():
            self.report(
                Severity.WARNING,
                "W407",
                f"in a causal graph common causes are its Markov condition: {name} says what local "
                "causality says",
                self.context.document.assumptions[name].span,
            )

    def block(self, item: DocumentItem) -> Block:
        match item:
            case Derivation():
                steps = tuple(self.step(item, k, s) for k, s in enumerate(item.steps, 1))
                start = str(item.start)
                self.unused(item, steps)
                return Block("derivation", item.name, item.note, item.assuming, start, steps)
            case Rewrite():
                found = self.rewrite(item)
                start = str(item.left)
                return Block("rewrite", item.name, item.note, item.assuming, start, (found,))
            case Claim():
                return Block("claim", item.label, "", item.names, "", (self.claim(item),))
            case ModelClaim():
                return Block("claim", item.label, "", (), "", (self.models.item(item),))

    # Steps and rewrites.

    def step(self, derivation: Derivation, index: int, step: Step) -> Item:
        self.on_line(step.span.line)
        scope = derivation.assuming
        outcome = self.equation(step.left, step.right, scope, step.span)
        cited = step.cited
        sufficient = cited is None or self.citation(outcome, cited, scope)
        good = outcome.verdict in (Verdict.IDENTITY, Verdict.LICENSED)
        return _item(
            stated(derivation)[index - 1],
            outcome,
            expect=step.expect,
            as_expected=(outcome.verdict == step.expect if step.expect else good) and sufficient,
            cited=cited,
        )

    def rewrite(self, rewrite: Rewrite) -> Item:
        self.on_line(rewrite.span.line)
        scope = rewrite.assuming
        outcome = self.equation(rewrite.left, rewrite.right, scope, rewrite.span, show_path=True)
        good = outcome.verdict in (Verdict.IDENTITY, Verdict.LICENSED)
        return _item(
            stated(rewrite)[0],
            outcome,
            expect=rewrite.expect,
            as_expected=outcome.verdict == rewrite.expect if rewrite.expect else good,
        )

    def equation(
        self, left: Line, right: Line, scope: Names, span: Span, show_path: bool = False
    ) -> _Outcome:
        """The outcome for the equality of two products, or of two sums of products."""
        key = (left, right, scope)
        if key not in self._seen or show_path:
            self.start()
            try:
                if isinstance(left, Product) and isinstance(right, Product):
                    self._seen[key] = self._equation(left, right, scope, show_path)
                else:
                    sides = (_as_summation(left), _as_summation(right))
                    self._seen[key] = self._sums(SumStep.create(self.context, *sides, scope))
            except (TooManyVariables, LimitReached) as error:
                return self.gave_up(error, span)
            self.finish(span)
        return self._seen[key]

    def start(self) -> None:
        """Begin an item: its effort counts from here."""
        self.context.start()
        self.context.cut_short = False

    def finish(self, span: Span) -> None:
        """Say so when the minimal sets of an item may be incomplete."""
        if self.context.cut_short:
            text = "there may be more minimal sets of assumptions than those listed"
            self.report(Severity.WARNING, "W403", text, span)

    def _equation(self, left: Product, right: Product, scope: Names, show_path: bool) -> _Outcome:
        context = self.context
        goal = monomials_of(left, right, context.document.composites)
        positive = _conditioning(context, goal)
        identity = find_evidence(context, (), (goal,))
        if identity is not None:
            moves = find_rewriting(goal, lambda _: None) if show_path else ()
            return _Outcome(
                Verdict.IDENTITY,
                needs=((),),
                evidence=(identity,),
                rewriting=self.shown(moves, ()),
                relies_on_positive=positive,
            )
        evidence = self.proofs((goal,), scope)
        notes: tuple[str, ...] = ()
        model, tried = (None, "") if evidence else find_refutation(context, scope, (goal,))
        try:
            path = find_path(context, goal, scope)
            removals = find_removals(context, Written(left, right, goal), scope, path)
        except (TooManyVariables, LimitReached):
            if not evidence and model is None:
                raise
            path, removals, context.cut_short = None, (), True
            notes = ("the limit was reached before the removals were looked at one by one",)
        if evidence:
            shown = self.shown(path, evidence[0].names) if show_path else ()
            return _Outcome(
                Verdict.LICENSED,
                needs=tuple(e.names for e in evidence),
                evidence=evidence,
                removals=removals,
                rewriting=shown,
                relies_on_positive=positive,
                notes=(*of_states(evidence), *notes),
            )
        return _Outcome(
            Verdict.REFUTED if model else Verdict.UNDECIDED,
            would_do=context.would_do((goal,), scope),
            removals=removals,
            rewriting=self.shown(path, scope) if show_path else (),
            tried="" if model else _tried(scope, tried),
            model=model,
            notes=notes,
        )

    def _sums(self, step: SumStep) -> _Outcome:
        identity = step.evidence(())
        if identity is not None:
            return _Outcome(
                Verdict.IDENTITY,
                needs=((),),
                evidence=(identity,),
                relies_on_positive=step.positive(),
                notes=step.notes,
            )
        evidence = self._sum_proofs(step)
        if evidence:
            return _Outcome(
                Verdict.LICENSED,
                needs=tuple(e.names for e in evidence),
                evidence=evidence,
                removals=step.removals(),
                relies_on_positive=step.positive(),
                notes=(*step.notes, *of_states(evidence)),
            )
        model, tried = step.refutation()
        return _Outcome(
            Verdict.REFUTED if model else Verdict.UNDECIDED,
            would_do=step.would_do(),
            removals=step.removals(),
            tried="" if model else _tried(step.scope, tried),
            model=model,
            notes=step.notes,
        )

    def _sum_proofs(self, step: SumStep) -> tuple[Evidence, ...]:
        """A replayed proof of an equation between sums for every minimal set that suffices."""

        def proofs(context: Context) -> tuple[Evidence, ...]:
            one = replace(step, context=context)
            found = map(one.evidence, one.sufficient(one.scope))
            return tuple(e for e in found if e is not None)

        return self.context.first(step.scope, proofs)

    def proofs(
        self, goals: tuple[Statement, ...], scope: Names, formula: Formula | None = None
    ) -> tuple[Evidence, ...]:
        """A replayed proof for every minimal set that suffices for the formula behind the goals."""

        def proofs(context: Context) -> tuple[Evidence, ...]:
            found = (
                find_evidence(context, names, goals)
                for names in context.sufficient(goals, scope, formula=formula)
            )
            return tuple(e for e in found if e is not None)

        return self.context.first(scope, proofs)

    def shown(self, path: tuple[Move, ...] | None, names: Names) -> tuple[RewriteStep, ...]:
        """The products of a rewriting, each with the assumptions that its last move needs."""
        steps = []
        for move in path or ():
            product = self.context.show_product(move.result)
            if move.needs is None:
                steps.append(RewriteStep(product, move.rule, (), licensed=True))
                continue
            needs = self.context.sufficient((move.needs,), names)
            first = needs[0] if needs else ()
            steps.append(RewriteStep(product, move.rule, first, licensed=bool(needs)))
        return tuple(steps)

    # Claims.

    def claim(self, claim: Claim) -> Item:
        self.on_line(claim.span.line)
        self.start()
        try:
            if isinstance(claim.formula, Inequality):
                outcome = self.inequality(claim.formula, claim.names)
            elif isinstance(claim.formula, SumEquation):
                outcome = self.sum_claim(claim.formula, claim)
            else:
                outcome = self.entailment(claim.formula, claim)
        except (TooManyVariables, LimitReached) as error:
            outcome = self.gave_up(error, claim.span)
        self.finish(claim.span)
        wanted = Verdict.ENTAILED if claim.entails else Verdict.REFUTED
        return _item(
            stated(claim)[0],
            outcome,
            expect=claim.expect,
            as_expected=outcome.verdict == (claim.expect or wanted.value),
            entails=claim.entails,
        )

    def entailment(self, formula: Formula, claim: Claim) -> _Outcome:
        """Proofs of a formula from every minimal set of the names, or a model against it."""
        goals = self.context.expand(formula)
        evidence = self.proofs(goals, claim.names, formula)
        if evidence:
            needs = tuple(e.names for e in evidence)
            told = of_states(evidence)
            return _Outcome(Verdict.ENTAILED, needs=needs, evidence=evidence, notes=told)
        breaking = breakable(self.context, formula, claim.names)
        model, tried = find_refutation(self.context, claim.names, breaking)
        if model is None and self.context.says_local_causality(formula):
            model = break_a_bound(self.context, claim.names)
        return _Outcome(
            Verdict.REFUTED if model else Verdict.UNDECIDED,
            would_do=self.context.would_do(goals, claim.names) if claim.entails else (),
            removals=self.refused(formula, claim),
            tried="" if model else _tried(claim.names, tried),
            model=model,
        )

    def refused(self, formula: Formula, claim: Claim) -> tuple[Removal, ...]:
        """What a claim drops without licence, told as in a step.

        Of what is said not to follow, only how far the principles in scope fall short of it: the
        author does not ask what else would do.
        """
        context = self.context
        # NB: common causes contain local causality.
        if not claim.entails and not context.assumes_local_causality(claim.names):
            return ()
        try:
            found = unlicensed_removals(context, formula, claim.names)
        except (TooManyVariables, LimitReached):
            context.cut_short = True
            return ()
        return found if claim.entails else tuple(replace(r, would_do=()) for r in found)

    def sum_claim(self, equation: SumEquation, claim: Claim) -> _Outcome:
        """The outcome of the equation as a step would have it, in the words of a claim."""
        step = SumStep.create(self.context, equation.left, equation.right, claim.names)
        found = self._sums(step)
        if found.verdict in (Verdict.IDENTITY, Verdict.LICENSED):
            return replace(found, verdict=Verdict.ENTAILED, removals=())
        removals = tuple(r for r in found.removals if not r.needs) if claim.entails else ()
        would_do = found.would_do if claim.entails else ()
        return replace(found, removals=removals, would_do=would_do)

    def inequality(self, inequality: Inequality, scope: Names) -> _Outcome:
        """Proofs from every minimal set of the names, or a model against the inequality."""
        try:
            one = InequalityClaim(self.context, inequality, scope)

            def proofs(context: Context) -> tuple[Bounded, ...]:
                claim = one if context is one.context else replace(one, context=context)
                return claim.proved(claim.roads())

            proved = self.context.first(scope, proofs)
            if proved:
                return _Outcome(
                    Verdict.ENTAILED,
                    needs=tuple(p.evidence.names for p in proved),
                    evidence=tuple(p.evidence for p in proved),
                    notes=(*notes(one, proved), *of_states(p.evidence for p in proved)),
                    tables=tables(one, proved),
                )
            model, tried = refutation(one)
        except BoundError as error:
            return self.unhandled(error.reason, error.span)
        except EvaluationError as error:
            if error.fault in _MISTAKES:
                self.note(diagnostic(error))
                return _Outcome(Verdict.UNDECIDED)
            return self.unhandled(str(error), error.span)
        except NumberError as error:
            return self.unhandled(f"beyond exact arithmetic: {error.reason}", None)
        self.context.cut_short = False  # NB: no sets are listed; the text below says it.
        if model is not None:
            return _Outcome(Verdict.REFUTED, model=model)
        limits = "".join(f"; {text}" for text in one.limits)
        source = ", ".join(scope) or "no assumptions"
        text = (
            f"no proof from {source}: no hidden variables were found that make it an average of "
            f"products of responses with this bound; and no model found ({tried}){limits}"
        )
        return _Outcome(Verdict.UNDECIDED, tried=text)

    def unhandled(self, reason: str, span: Span | None) -> _Outcome:
        """An inequality that the route cannot handle: undecided, and why, and at which place."""
        place = f" ({self.context.document.shown}:{span.line}:{span.column})" if span else ""
        return _Outcome(Verdict.UNDECIDED, tried=f"this inequality is not handled: {reason}{place}")

    def gave_up(self, error: TooManyVariables | LimitReached, span: Span) -> _Outcome:
        """An item beyond the limits: undecided, and the report says which limit."""
        code = "F503" if isinstance(error, TooManyVariables) else "F504"
        self.report(Severity.FINDING, code, str(error), span)
        return _Outcome(Verdict.UNDECIDED, tried=str(error))

    # What was cited.

    def citation(self, outcome: _Outcome, cited: Citation, scope: Names) -> bool:
        """Whether what is cited suffices; says so when it does not, or when it is too much."""
        unassumed = [name for name in cited.names if name not in scope]
        if unassumed:
            text = f"{', '.join(unassumed)} is cited but not assumed in this derivation"
            hint = "add it after `assuming`, or cite what is there"
            self.report(Severity.FINDING, "F502", text, cited.span, hint)
        if outcome.verdict not in (Verdict.IDENTITY, Verdict.LICENSED):
            return not unassumed
        names = frozenset(cited.names) - set(unassumed)
        enough = [needs for needs in outcome.needs if names.issuperset(needs)]
        if not enough:
            text = f"what is cited does not suffice: this step needs {_either(outcome.needs)}"
            self.report(Severity.FINDING, "F501", text, cited.span, "cite what the step needs")
            return False
        superfluous = [n for n in cited.names if n in names and not any(n in e for e in enough)]
        if superfluous:
            text = f"{', '.join(superfluous)} is cited but not needed"
            self.report(Severity.WARNING, "W401", text, cited.span)
        return not unassumed

    def unused(self, derivation: Derivation, items: tuple[Item, ...]) -> None:
        """Warn of what a derivation assumes although no step of it can use it."""
        settled = all(i.verdict in (Verdict.IDENTITY, Verdict.LICENSED) for i in items)
        useful = {n for i in items for needs in i.needs for n in needs}
        spare = [n for n in derivation.assuming if n not in useful]
        if settled and spare:
            text = f"{', '.join(spare)} is assumed but no step needs it"
            self.report(Severity.WARNING, "W402", text, derivation.span)

    def report(
        self, severity: Severity, code: str, message: str, span: Span, hint: str = ""
    ) -> None:
        self.diagnostics.append(Diagnostic(severity, code, message, span, hint=hint))


def _item(
    said: Stated,
    outcome: _Outcome,
    *,
    expect: str | None,
    as_expected: bool,
    entails: bool = True,
    cited: Citation | None = None,
) -> Item:
    return Item(
        **asdict(said),
        verdict=outcome.verdict,
        as_expected=as_expected,
        expect=expect,
        entails=entails,
        needs=outcome.needs,
        would_do=outcome.would_do,
        cited=cited.names if cited else (),
        words=cited.words if cited else (),
        removals=outcome.removals,
        evidence=outcome.evidence,
        rewriting=outcome.rewriting,
        relies_on_positive=outcome.relies_on_positive,
        tried=outcome.tried,
        model=outcome.model,
        notes=outcome.notes,
        tables=outcome.tables,
    )


_MISTAKES = (Fault.NOT_A_VALUE, Fault.TWO_VALUES)
"""What the author of a file got wrong, rather than what is beyond the route."""


def _as_summation(line: Line) -> Summation:
    if isinstance(line, Product):
        raise TypeError("a derivation has sums in every line or in none")
    return line


def _conditioning(context: Context, goal: Monomials) -> tuple[str, ...]:
    """The probabilities that must be positive for the step to say anything, largest only."""
    sets = {f.given for side in (goal.left, goal.right) for f in side if f.given}
    largest = sorted((s for s in sets if not any(s < t for t in sets)), key=sorted)
    return tuple(f"P({context.show(s)})" for s in largest)


def _tried(scope: Names, engines: str) -> str:
    source = ", ".join(scope) or "no assumptions"
    return f"no proof from {source} by the rules, and no model found ({engines})"


def _either(needs: tuple[Names, ...]) -> str:
    return " or ".join("{" + ", ".join(n) + "}" for n in needs) or "no assumption"
