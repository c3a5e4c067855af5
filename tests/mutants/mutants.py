"""Small wrongs, at least three for each rule of the verifier, each stage, and the sequencer.

Each replaces text that stands exactly once in its file. `run.py` applies them one by one; the tests must kill all.
"""

from __future__ import annotations

from tests.mutants.auditing import AUDITING
from tests.mutants.mutant import Mutant

VERIFY = "competency_engine/planning/verify.py"
PROGRAM = "competency_engine/planning/program.py"
SELECT = "competency_engine/planning/select.py"
SEQUENCE = "competency_engine/planning/sequence.py"
SOLVE = "competency_engine/planning/solve.py"
REDUCE = "competency_engine/planning/reduce.py"
BATCH = "competency_engine/workflows/batch.py"
PARTS = "competency_engine/workflows/parts.py"
SHARDS = "competency_engine/workflows/shards.py"
DOSSIERS = "competency_engine/loading/dossiers.py"
STREAMS = "competency_engine/workflows/streams.py"
SEARCH = "competency_engine/planning/search.py"
JSON_READER = "competency_engine/loading/json_reader.py"
TABLE_DOCUMENTS = "competency_engine/loading/table_documents.py"
TABLE_STREAM = "competency_engine/loading/table_stream.py"
LABELS = "competency_engine/loading/labels.py"
BATCH_TESTS = "tests/workflows/test_batch.py"
SWITCHES = "competency_engine/planning/switches.py"
SWITCHES_TESTS = "tests/planning/test_switches.py"
TABLE_TESTS = "tests/loading/test_table_stream.py"
EXPLAIN = "competency_engine/planning/explain"
KERNEL = "competency_engine/planning/kernel.py"
FRONTIER = "competency_engine/planning/frontier.py"
BUDGET = "competency_engine/planning/budget.py"
BUDGET_TESTS = "tests/planning/test_budget.py"
NETWORK = "competency_engine/planning/network.py"
PLACEMENT = "competency_engine/planning/placement.py"
TIMETABLE = "competency_engine/planning/timetable.py"
ARRANGE = "competency_engine/planning/arrange.py"
RELAX = "competency_engine/planning/relax.py"
CERTIFICATE = "competency_engine/planning/certificate.py"
PROBLEM = "competency_engine/planning/problem.py"
POSE = "competency_engine/planning/pose.py"
REPLAN = "competency_engine/planning/replan.py"
COMPILE = "competency_engine/planning/compile.py"
DESCRIBE = "competency_engine/planning/plan.py"
REQUIREMENTS = "competency_engine/assessment/requirements.py"
WAYS = "competency_engine/graph/ways.py"
PROBLEM_COMMAND = "competency_engine/workflows/problem.py"
HEARD = "competency_engine/assessment/heard.py"
FUSION = "competency_engine/assessment/fusion.py"
FRAME = "competency_engine/assessment/frame.py"
CALIBRATE = "competency_engine/assessment/calibrate.py"
GAPS = "competency_engine/assessment/gaps.py"
RATERS = "competency_engine/measurement/raters.py"
INFERENCE = "competency_engine/measurement/inference.py"
READINGS = "competency_engine/measurement/readings.py"
ESTIMATION = "competency_engine/measurement/estimation.py"
CALIBRATION_FILE = "competency_engine/loading/calibration.py"
CATALOGUE_TESTS = "tests/catalogue"
HEARD_TESTS = "tests/assessment/test_heard.py"
FUSION_TESTS = "tests/assessment/test_fusion.py"
GAPS_TESTS = "tests/assessment/test_gaps.py"
RATERS_TESTS = "tests/measurement/test_raters.py"
ESTIMATION_TESTS = "tests/measurement/test_estimation.py"


MUTANTS = (
    # the verifier, rule by rule
    Mutant("availability", VERIFY, "if module in seen:", "if False:"),
    Mutant(
        "availability",
        VERIFY,
        "if not problem.available >> module & 1 or problem.completed >> module & 1:",
        "if problem.completed >> module & 1:",
    ),
    Mutant(
        "availability",
        VERIFY,
        "if not problem.available >> module & 1 or problem.completed >> module & 1:",
        "if not problem.available >> module & 1:",
    ),
    Mutant("prerequisites", VERIFY, "missing = problem.catalogue.needs[module] & ~facts", "missing = 0"),
    Mutant(
        "prerequisites",
        VERIFY,
        'yield f"{problem.catalogue.module_ids[module]} needs {names}"\n        facts = _after(problem, facts, module)',
        'yield f"{problem.catalogue.module_ids[module]} needs {names}"\n        facts = facts | problem.catalogue.adds[module]',
    ),
    Mutant(
        "prerequisites",
        VERIFY,
        "and (children & facts).bit_count() >= at_least:",
        "and (children & facts).bit_count() >= 1:",
    ),
    Mutant("prerequisites", VERIFY, "            facts |= 1 << fact\n", ""),
    Mutant(
        "placement",
        PLACEMENT,
        "        if known.cost < 0:\n            for",
        "        if True:\n            for",
        "tests/planning/test_placement.py",
    ),
    Mutant("gates", PROBLEM, "above[child] |= 1 << place | above[gate.fact]", "above[child] |= 1 << place"),
    Mutant("gates", PROBLEM, "        facts = self.close_gates(facts, gates)\n        waiting", "        waiting"),
    Mutant("gates", PROBLEM, "self.touched[module] & gates)", "0)"),
    Mutant("gates", PROBLEM, "touched |= self.touched[module]", "touched = self.touched[module]"),
    Mutant("pairs", VERIFY, "if partners and not present and not partners & problem.completed:", "if False:"),
    Mutant(
        "pairs",
        VERIFY,
        "if partners and not present and not partners & problem.completed:",
        "if partners and not present:",
    ),
    Mutant("pairs", VERIFY, "if period_of[other] != period:", "if period_of[other] < period:"),
    Mutant("order", VERIFY, "if period < previous:", "if period < previous - 1:"),
    Mutant(
        "order", VERIFY, "if not 0 <= period < len(problem.periods):", "if not 0 <= period <= len(problem.periods):"
    ),
    Mutant("order", VERIFY, "if not 0 <= period < len(problem.periods):", "if not period < len(problem.periods):"),
    Mutant("offers", VERIFY, "if not problem.catalogue.months[module] >> month & 1:", "if False:"),
    Mutant("offers", VERIFY, "month = problem.periods[period].month", "month = period"),
    Mutant(
        "offers",
        VERIFY,
        "if not problem.catalogue.months[module] >> month & 1:",
        "if not problem.catalogue.months[module] >> month:",
    ),
    Mutant(
        "caps",
        VERIFY,
        "loads[period] = loads.get(period, 0) + problem.catalogue.hours[module]",
        "loads[period] = problem.catalogue.hours[module]",
    ),
    Mutant(
        "least", VERIFY, "if load < problem.least_hours_per_period:", "if load < problem.least_hours_per_period - 4:"
    ),
    Mutant("least", VERIFY, "if count < problem.least_modules_per_period:", "if False:"),
    Mutant("precedence", VERIFY, "if not problem.strict:", "if True:"),
    Mutant("precedence", VERIFY, "if not problem.strict:", "if False:"),
    Mutant(
        "precedence",
        VERIFY,
        "for other, at in solution.steps if at < period)",
        "for other, at in solution.steps if at <= period)",
    ),
    Mutant("precedence", VERIFY, "if at == period and catalogue.partners[module] >> other & 1)", "if False)"),
    Mutant(
        "precedence",
        VERIFY,
        "if at == period and catalogue.partners[module] >> other & 1)",
        "if catalogue.partners[module] >> other & 1)",
    ),
    Mutant("least", VERIFY, "if not problem.away >> period & 1):", "):"),
    Mutant(
        "caps",
        VERIFY,
        "most_hours = max(problem.hours_per_period, hours.get(period, 0))",
        "most_hours = problem.hours_per_period",
    ),
    Mutant(
        "caps",
        VERIFY,
        "most = max(problem.most_modules_per_period, modules.get(period, 0))",
        "most = problem.most_modules_per_period",
    ),
    Mutant("offers", VERIFY, "if problem.away >> period & 1:", "if False:"),
    Mutant(
        "offers",
        VERIFY,
        "if 0 <= period < len(problem.periods) and module not in pinned:",
        "if 0 <= period < len(problem.periods):",
    ),
    Mutant(
        "offers",
        VERIFY,
        "pinned = {module for module, period in problem.fixed if period is not None}",
        "pinned = {module for module, period in problem.fixed}",
    ),
    Mutant(
        "fixed",
        VERIFY,
        'if module not in period_of:\n            yield f"{name} is left out"',
        "if module not in period_of:\n            pass",
    ),
    Mutant("fixed", VERIFY, "elif period is not None and period_of[module] != period:", "elif False:"),
    Mutant("fixed", VERIFY, "    check_fixed,\n", ""),
    Mutant(
        "stage kept", VERIFY, "sum(1 for module, _ in problem.earlier if module in periods)", "len(problem.earlier)"
    ),
    Mutant("stage kept", VERIFY, 'stage.name in ("mandatory", "kept")', 'stage.name in ("mandatory",)'),
    Mutant("stage moved", VERIFY, "if p is not None and periods.get(m, p) != p)", "if periods.get(m, p) != p)"),
    Mutant(
        "stage moved",
        VERIFY,
        "if p is not None and periods.get(m, p) != p)",
        "if p is not None and periods.get(m) != p)",
    ),
    Mutant("budget", VERIFY, "if used > budget:", "if False:"),
    Mutant("budget", VERIFY, "if problem.counted >> module & 1 and 0 <= period", "if 0 <= period"),
    Mutant("budget", VERIFY, "spent[problem.periods[period].year] +=", "spent[0] +="),
    Mutant(
        "intervals",
        VERIFY,
        "max(periods) - min(periods) > problem.longest_interval",
        "max(periods) - min(periods) > problem.longest_interval + 1",
    ),
    Mutant(
        "intervals",
        VERIFY,
        "max(periods) - min(periods) > problem.longest_interval",
        "max(periods) - min(periods) >= problem.longest_interval",
    ),
    Mutant(
        "intervals",
        VERIFY,
        "max(periods) - min(periods) > problem.longest_interval",
        "max(periods) - periods[0] > problem.longest_interval and False",
    ),
    Mutant("stages", VERIFY, "if claimed.get(name) != value:", "if False:"),
    Mutant("stages", VERIFY, "if [stage.name for stage in solution.stages] != list(expected):", "if False:"),
    Mutant(
        "stages",
        VERIFY,
        "if (stage.bound < stage.value) if larger_is_better else (stage.bound > stage.value):",
        "if False:",
    ),
    Mutant("stages", VERIFY, "    check_stages,\n)", ")"),
    Mutant(
        "stage mandatory",
        VERIFY,
        "sum(goal.weight for goal in closed if goal.mandatory)",
        "sum(goal.weight for goal in closed)",
    ),
    Mutant(
        "stage tier",
        VERIFY,
        "sum(goal.weight for goal in closed if goal.tier == index)",
        "sum(1 for goal in closed if goal.tier == index)",
    ),
    Mutant(
        "stage hours",
        VERIFY,
        'values["hours"] = sum(problem.catalogue.hours[module] for module, _ in solution.steps)',
        'values["hours"] = len(solution.steps)',
    ),
    Mutant(
        "stage preference",
        VERIFY,
        "return cost if preference.allowance is None else max(0, cost - preference.allowance)",
        "return cost",
    ),
    Mutant(
        "stage preference",
        VERIFY,
        "if module in taken and not facts >> fact & 1)",
        "if module in taken)",
    ),
    Mutant(
        "stage preference",
        VERIFY,
        "cost = sum(cost for module, cost in preference.module_costs if module in taken)",
        "cost = sum(cost for module, cost in preference.module_costs)",
    ),
    Mutant("stage deadlines", VERIFY, "reached[g.fact] > g.deadline", "reached[g.fact] >= g.deadline"),
    Mutant("stage goal_periods", VERIFY, "goal.weight * (reached[goal.fact] + 1)", "(reached[goal.fact] + 1)"),
    Mutant("stage goal_periods", VERIFY, "waiting = [fact for fact in waiting if fact not in reached]", "pass"),
    Mutant(
        "stage peak_load",
        VERIFY,
        "max(_loads(problem, solution).values(), default=0)",
        "min(_loads(problem, solution).values(), default=0)",
    ),
    # selection, stage by stage
    Mutant(
        "stage mandatory", PROGRAM, "in closed.items() if goal.mandatory}", "in closed.items() if not goal.mandatory}"
    ),
    Mutant("stage mandatory", PROGRAM, '"mandatory", {v: goal.weight for', '"mandatory", {v: 1 for'),
    Mutant("stage mandatory", PROGRAM, "return [*stages, spent._replace", "return [*stages[1:], spent._replace"),
    Mutant("stage tier", PROGRAM, "if goal.tier == index}", "if goal.tier <= index}"),
    Mutant(
        "stage tier",
        PROGRAM,
        "for index, tier in enumerate(problem.tiers):",
        "for index, tier in reversed(list(enumerate(problem.tiers))):",
    ),
    Mutant(
        "stage tier", PROGRAM, "self.program.require(Row(terms, lower=answer.value))\n                found", "found"
    ),
    Mutant("stage tier", PROGRAM, "self.program.require(Row(stage.terms, lower=value))\n            found", "found"),
    Mutant("stage tier", PROGRAM, "coefficient << size for", "coefficient << max(size - 2, 0) for"),
    Mutant(
        "stage hours",
        PROGRAM,
        "{v: -hours[m] for m, v in self.module_vars.items()}, -1)",
        "{v: hours[m] for m, v in self.module_vars.items()}, 1)",
    ),
    Mutant(
        "stage hours",
        PROGRAM,
        "{v: -hours[m] for m, v in self.module_vars.items()}, -1)",
        "{v: -1 for m, v in self.module_vars.items()}, -1)",
    ),
    Mutant(
        "stage hours",
        PROGRAM,
        "StageResult(stage.name, stage.sign * value, stage.sign * value)",
        "StageResult(stage.name, value, value)",
    ),
    Mutant("stage hours", PROGRAM, "span=min(spent.span, room)", "span=min(spent.span, room // 8)"),
    Mutant("goals of equal worth", PROGRAM, "return found if answer is not None else None", "return found[:1]"),
    Mutant(
        "goals of equal worth",
        PROGRAM,
        "for goal in self.problem.goals if goal.weight})",
        "for goal in self.problem.goals})",
    ),
    Mutant("goals of equal worth", PROGRAM, "return min(known, key=_in_order)", "return known[0]"),
    Mutant("goals of equal worth", PROGRAM, "known and len(known) == len(closed)", "known"),
    Mutant(
        "stage preference",
        PROGRAM,
        "for preference in self.problem.preferences]",
        "for preference in self.problem.preferences[::-1]]",
    ),
    Mutant("stage preference", PROGRAM, "and self._settle(preferences)", ""),
    Mutant("stage preference", PROGRAM, "terms[unmet] = -1", "pass"),
    Mutant("stage preference", PROGRAM, "lower=-preference.allowance", "lower=0"),
    Mutant("stage preference", PROGRAM, "if cost and m in self.module_vars}", "if cost > 1 and m in self.module_vars}"),
    Mutant(
        "goals in selection",
        PROGRAM,
        "if goal.fact in self.achievers or goal.fact in self.gates]",
        "if goal.fact in self.achievers]",
    ),
    Mutant("budget in selection", PROGRAM, "self.program.require(Row(counted, upper=self.problem.budget))", "pass"),
    Mutant("budget in selection", PROGRAM, "if self.problem.counted >> m & 1}", "}"),
    Mutant(
        "prerequisites in selection",
        PROGRAM,
        "stuck = [self._cut(module, chosen) for module in bits(chosen & ~taken)]",
        "stuck: list[Row] = []",
    ),
    Mutant(
        "prerequisites in selection",
        PROGRAM,
        "self.program.require_gate(variable, gate.at_least - held, opened)",
        "self.program.require_gate(variable, 1, opened)",
    ),
    Mutant(
        "prerequisites in selection",
        PROGRAM,
        "if not taken >> module & 1:\n                grown",
        "if taken >> module & 1:\n                grown",
    ),
    Mutant("pairs in selection", PROGRAM, "self.program.require(Row({variable: 1, **together}, upper=0))", "pass"),
    Mutant("pairs in selection", PROGRAM, "if partners and not partners & self.problem.completed:", "if partners:"),
    Mutant(
        "pairs in selection",
        PROGRAM,
        "for other in bits(partners & self.candidates)}",
        "for other in list(bits(partners & self.candidates))[:1]}",
    ),
    Mutant("tie-break", PROGRAM, "terms = {v: 1 << len(chunk) - 1 - rank for", "terms = {v: 1 << rank for"),
    Mutant(
        "tie-break",
        PROGRAM,
        "for first in range(0, len(order), _TIE_BREAK_CHUNK):",
        "for first in range(0, min(len(order), 1), _TIE_BREAK_CHUNK):",
    ),
    Mutant(
        "tie-break", PROGRAM, "order = list(self.module_vars.items())", "order = list(self.module_vars.items())[::-1]"
    ),
    Mutant(
        "stage kept",
        PROGRAM,
        'stages.append(self._stage("kept", {variable: 1 for variable in kept if variable is not None}))',
        "pass",
    ),
    Mutant(
        "stage kept", PROGRAM, "        if problem.earlier:\n            kept", "        if True:\n            kept"
    ),
    Mutant("fixed in selection", PROGRAM, "    forced |= sum(1 << module for module, _ in problem.fixed)\n", ""),
    Mutant("forced modules", PROGRAM, "self.program.require(Row({self.module_vars[module]: 1}, lower=1))", "pass"),
    Mutant("prerequisites in selection", PROGRAM, "grown = chosen\n", "grown = self.candidates\n"),
    Mutant(
        "calendar in selection",
        PROGRAM,
        "stuck or (self.calendar.cuts(values) if self.calendar is not None else [])",
        "stuck",
    ),
    Mutant("calendar in selection", PROGRAM, "    if in_calendar:\n", "    if False:\n"),
    Mutant("calendar in selection", SOLVE, "for in_calendar in (False, True):", "for in_calendar in (False,):"),
    # reduction
    Mutant("reduction", REDUCE, "if not lonely:", "if True:"),
    Mutant("within reach", REDUCE, "if not wanted & ~_from_nothing(", "if wanted & ~_from_nothing("),
    Mutant("within reach", REDUCE, "return wanted & find_executable(problem)[0]", "return 0"),
    Mutant(
        "reduction",
        REDUCE,
        "fresh = (fresh | catalogue.partners[module] & executable) & ~relevant",
        "fresh = fresh & ~relevant",
    ),
    Mutant("reduction", REDUCE, "if not before_module[module] >> fact & 1)", ")"),
    Mutant("reduction", REDUCE, "if gate.at_least == gate.children.bit_count():", "if gate.at_least == 1:"),
    # the sequencer, rule by rule
    Mutant("prerequisites in sequence", SEQUENCE, "grown = taken\n", "grown = self.modules\n"),
    Mutant(
        "prerequisites in sequence",
        SEQUENCE,
        "if not self.problem.catalogue.closure(self.problem.start, grown | 1 << other)",
        "if self.problem.catalogue.closure(self.problem.start, grown | 1 << other)",
    ),
    Mutant(
        "caps in sequence",
        SEQUENCE,
        "self.program.require(Row({**load, self.peak: -1}, upper=0))",
        "pass",
    ),
    Mutant(
        "peak in sequence",
        SEQUENCE,
        "StageResult(name, offset - answer.value, offset - answer.bound)",
        "StageResult(name, offset - answer.value, offset - answer.value + (name == 'peak_load'))",
    ),
    Mutant(
        "prerequisites in sequence",
        SEQUENCE,
        "rows.append(Row({self.by[self.task_of[module]][period]: 1, **rescue}, upper=0))",
        "pass",
    ),
    Mutant(
        "pairs in sequence",
        SEQUENCE,
        "mutual = only >= 0 and partners[module] == 1 << only and partners[only] == 1 << module",
        "mutual = only >= 0",
    ),
    Mutant(
        "pairs in sequence",
        SEQUENCE,
        "self.program.require(Row({mine: 1, theirs: -1, others[-1]: 1}, upper=1))",
        "pass",
    ),
    Mutant(
        "pairs in sequence",
        SEQUENCE,
        "closed = not all(self.problem.runs_in(module, period) for module in members)",
        "closed = not any(self.problem.runs_in(module, period) for module in members)",
    ),
    Mutant("offers in sequence", SEQUENCE, "upper=0 if closed else None))", "upper=None))"),
    Mutant("offers in sequence", SEQUENCE, "earlier = {columns[period - 1]: -1} if period else {}", "earlier = {}"),
    Mutant("offers in sequence", SEQUENCE, "self.program.require(Row({variable: 1}, lower=1))", "pass"),
    Mutant(
        "caps in sequence", SEQUENCE, "terms[columns[period - 1]] = terms.get(columns[period - 1], 0) - size", "pass"
    ),
    Mutant(
        "caps in sequence",
        SEQUENCE,
        "terms[columns[period]] = terms.get(columns[period], 0) + size",
        "terms[columns[period]] = size",
    ),
    Mutant(
        "precedence in sequence",
        SEQUENCE,
        "if self.problem.strict else self.fact(fact, period)",
        "if False else self.fact(fact, period)",
    ),
    Mutant("precedence in sequence", SEQUENCE, "        if not givers:\n", "        if True:\n"),
    Mutant(
        "precedence in sequence",
        SEQUENCE,
        "if catalogue.adds[partner] & self._below(fact))",
        "if catalogue.adds[partner] >> fact & 1)",
    ),
    Mutant(
        "precedence in sequence",
        SEQUENCE,
        "self.fact(fact, period - 1): -1, **beside}, upper=0))",
        "self.fact(fact, period): -1, **beside}, upper=0))",
    ),
    Mutant(
        "precedence in sequence",
        SEQUENCE,
        "        if period < 0:\n            return self.never\n",
        "        period = max(period, 0)\n",
    ),
    Mutant("years in sequence", SEQUENCE, "self.program.require(Row(terms, upper=budget))", "pass"),
    Mutant(
        "years in sequence",
        SEQUENCE,
        "self._load_terms(period, self.modules & self.problem.counted)",
        "self._load_terms(period, self.modules)",
    ),
    Mutant(
        "years in sequence",
        SEQUENCE,
        "if self.problem.periods[period].year == year:",
        "if self.problem.periods[period].year >= year:",
    ),
    Mutant(
        "intervals in sequence",
        SEQUENCE,
        "self.by[late][period + longest]: -1, taken: 1}",
        "self.by[late][period + longest + 1]: -1, taken: 1}",
    ),
    Mutant("intervals in sequence", SEQUENCE, "if early != late:", "if early < late:"),
    Mutant(
        "intervals in sequence",
        SEQUENCE,
        "for period in range(self.last - longest):",
        "for period in range(self.last - longest - 1):",
    ),
    Mutant("deadlines in sequence", SEQUENCE, '("deadlines", late, late_offset),', '("deadlines", {}, late_offset),'),
    Mutant("deadlines in sequence", SEQUENCE, "if goal.deadline >= 0:", "if goal.deadline > 0:"),
    Mutant(
        "deadlines in sequence",
        SEQUENCE,
        "variable = self.calendar.fact(goal.fact, goal.deadline)",
        "variable = self.calendar.fact(goal.fact, self.last)",
    ),
    Mutant(
        "goal periods in sequence",
        SEQUENCE,
        "offset += goal.weight * (self.last + 1)",
        "offset += goal.weight * self.last",
    ),
    Mutant(
        "goal periods in sequence",
        SEQUENCE,
        "for period in range(self.last):\n                variable",
        "for period in range(1):\n                variable",
    ),
    Mutant(
        "goal periods in sequence",
        SEQUENCE,
        "return [goal for goal in self.problem.goals if facts >> goal.fact & 1]",
        "return list(self.problem.goals)",
    ),
    Mutant("peak in sequence", SEQUENCE, '("peak_load", {self.calendar.peak: -1}, 0),', '("peak_load", {}, 0),'),
    Mutant("tie-break in sequence", SEQUENCE, "base ** (len(chunk) - 1 - rank)", "base ** rank"),
    Mutant(
        "tie-break in sequence",
        SEQUENCE,
        "columns = list(self.calendar.by.values())",
        "columns = list(self.calendar.by.values())[::-1]",
    ),
    Mutant(
        "tie-break in sequence",
        SEQUENCE,
        "for first in range(0, len(columns), at_once):",
        "for first in range(0, min(len(columns), 1), at_once):",
    ),
    Mutant(
        "order within a month",
        SEQUENCE,
        "[module for module in now if not catalogue.needs[module] & ~facts]",
        "list(now)",
    ),
    Mutant(
        "order within a month",
        SEQUENCE,
        "next((m for m in open_now if not _has_earlier_phase(catalogue, m, waiting)), open_now[0])",
        "open_now[0]",
    ),
    Mutant(
        "order within a month",
        SEQUENCE,
        "now = sorted(module for module, period in periods.items() if period == month)",
        "now = sorted((module for module, period in periods.items() if period == month), reverse=True)",
    ),
    Mutant(
        "months in sequence",
        SEQUENCE,
        "self.program.require(Row(load, window.least_hours, window.most_hours))",
        "self.program.require(Row(load, None, window.most_hours))",
    ),
    Mutant(
        "months in sequence",
        SEQUENCE,
        "self.program.require(Row(load, window.least_hours, window.most_hours))",
        "self.program.require(Row(load, window.least_hours))",
    ),
    Mutant(
        "months in sequence",
        SEQUENCE,
        "self.program.require(Row(count, window.least_modules, window.most_modules))",
        "self.program.require(Row(count, window.least_modules))",
    ),
    Mutant(
        "months in sequence",
        SEQUENCE,
        "self.program.require(Row(count, window.least_modules, window.most_modules))",
        "self.program.require(Row(count, None, window.most_modules))",
    ),
    Mutant(
        "moved in sequence",
        SEQUENCE,
        '*((("moved", unmoved, movable),) if self.problem.earlier else ()),',
        '*((("moved", {}, 0),) if self.problem.earlier else ()),',
    ),
    Mutant(
        "moved in sequence",
        SEQUENCE,
        '            ("deadlines", late, late_offset),\n            *((("moved", unmoved, movable),) if self.problem.earlier else ()),',
        '            *((("moved", unmoved, movable),) if self.problem.earlier else ()),\n            ("deadlines", late, late_offset),',
    ),
    Mutant(
        "moved in sequence", SEQUENCE, "if period is not None and self.modules >> module & 1:", "if period is not None:"
    ),
    Mutant(
        "pairs in sequence", SEQUENCE, "if not self.problem.catalogue.partners[partner] >> module & 1:", "if False:"
    ),
    Mutant("months in problem", PROBLEM, "return month == period", "pass"),
    Mutant(
        "months in problem",
        PROBLEM,
        ">> self.periods[period].month & ~(self.away >> period) & 1)",
        ">> self.periods[period].month & 1)",
    ),
    Mutant("months in problem", PROBLEM, "return Window(0, hours, 0, len(fixed))", "return Window(0, 0, 0, 0)"),
    Mutant("months in problem", PROBLEM, "max(self.hours_per_period, hours),", "self.hours_per_period,"),
    Mutant("months in problem", PROBLEM, "None if most is None else max(most, len(fixed)),", "most,"),
    Mutant("under way", POSE, "needs=tuple(0 if begun >> m & 1 else", "needs=tuple(0 if False else"),
    Mutant("under way", POSE, "0 if begun >> m & 1 or catalogue.partners[m] & begun else", "0 if begun >> m & 1 else"),
    Mutant("under way", POSE, "months=tuple(0xFFF if begun >> m & 1 else", "months=tuple(0xFFF if False else"),
    Mutant("under way", POSE, "topics=tuple(topic & ~begun for topic in catalogue.topics)", "topics=catalogue.topics"),
    Mutant("credited hours", POSE, "tuple(max(hours, quarters(per_year) - used)", "tuple(quarters(per_year) - used"),
    Mutant(
        "credited hours", POSE, "tuple(max(hours, quarters(per_year) - used)", "tuple(max(hours, quarters(per_year))"
    ),
    Mutant(
        "credited hours",
        POSE,
        "due[periods[period or 0].year] += catalogue.hours[module]",
        "due[0] += catalogue.hours[module]",
    ),
    Mutant("away", POSE, "open_months |= (~away >> index & 1) << period.month", "open_months |= 1 << period.month"),
    Mutant("replan", REPLAN, "relevant & ~sum(1 << module for module, _ in problem.fixed)", "relevant"),
    Mutant("replan", REPLAN, "for m, period in planned if wanted >> m & 1)", "for m, period in planned)"),
    Mutant("replan", REPLAN, "return period if 0 <= period < horizon.months else None", "return period"),
    Mutant("caps", VERIFY, "if load > most_hours:", "if load > most_hours * 2:"),
    Mutant("caps", VERIFY, "if load > most_hours:", "if load >= most_hours:"),
    Mutant("caps", VERIFY, "        if count > most:\n", "        if count > most + 1:\n"),
    Mutant(
        "least",
        VERIFY,
        "for period in (period for period in range(len(problem.periods)) if",
        "for period in (period for period in loads if",
    ),
    Mutant(
        "stages",
        VERIFY,
        'larger_is_better = stage.name in ("mandatory", "kept") or stage.name.startswith("tier:")',
        'larger_is_better = stage.name in ("mandatory", "kept")',
    ),
    Mutant(
        "budget in selection",
        PROGRAM,
        "window.least_hours or None, window.most_hours))",
        "window.least_hours or None, None))",
    ),
    Mutant("months in selection", PROGRAM, "if forced or problem.wants_more_than_goals else", "if forced else"),
    Mutant(
        "peak in sequence",
        SEQUENCE,
        "self.heaviest = max(window.most_hours for window in windows)",
        "self.heaviest = min(window.most_hours for window in windows)",
    ),
    Mutant(
        "under way",
        POSE,
        "        if period < 0:\n            fixed",
        "        if False:\n            fixed",
    ),
    Mutant("under way", POSE, "None if catalogue.hours[module] <= per_period else first_open", "None"),
    Mutant("under way", POSE, "        elif period < horizon.months:\n", "        else:\n"),
    # the pipeline
    Mutant("verification", SOLVE, "if broken:", "if False:"),
    Mutant("verification", SOLVE, "broken = verify_solution(problem, solution)", "broken = ()"),
    Mutant("verification", SOLVE, "(*selection.stages, *stages)", "(*stages, *selection.stages)"),
    # what is done stays done, and nothing else counts as done
    Mutant("resume", PARTS, 'if head["key"] != key:', "if False:", BATCH_TESTS),
    Mutant("resume", PARTS, "if hashlib.sha256(body).hexdigest().encode() != digest:", "if False:", BATCH_TESTS),
    Mutant("resume", PARTS, "unfinished.replace(path)", "path.write_bytes(unfinished.read_bytes())", BATCH_TESTS),
    Mutant("resume", SHARDS, "digest.update(line.content)", "digest.update(b'')", BATCH_TESTS),
    Mutant("resume", SHARDS, "session.library_hash, asdict(options)", "asdict(options)", BATCH_TESTS),
    Mutant("resume", SHARDS, "session.library_hash, asdict(options)", "session.library_hash", BATCH_TESTS),
    Mutant("resume", BATCH, "if parts.read(shard.number, key) is not None:", "if False:", BATCH_TESTS),
    Mutant("backpressure", BATCH, "if len(waiting) >= workers.in_flight:", "if False:", BATCH_TESTS),
    Mutant("backpressure", SHARDS, "or size >= SHARD_BYTES:", "or False:", BATCH_TESTS),
    Mutant("interrupt", BATCH, "if not future.cancel()}", "if True}", BATCH_TESTS),
    Mutant(
        "interrupt",
        BATCH,
        "store({future for future in wait(started).done",
        "({future for future in wait(started).done",
        BATCH_TESTS,
    ),
    Mutant("errors", BATCH, "        errors.unlink()", "        pass", BATCH_TESTS),
    Mutant("errors", BATCH, "key=lambda line: line.number)", "key=lambda line: -line.number)", BATCH_TESTS),
    Mutant("repeated", LABELS, ").rowcount:", ").rowcount or True:", BATCH_TESTS),
    # a line is sound only when every check of documents finds it so
    *(
        Mutant("dossiers", DOSSIERS, check, "True", "tests/loading/test_dossiers.py")
        for check in (
            "person.community == community.id\n",
            '(person.role is None or person.role in ids["role"])',
            'ids["unit"].issuperset(record.unit for record in dossier.evidence)',
            'ids["module"].issuperset(completion.module for completion in person.completed)',
            'ids["module"].issuperset(begun.module for begun in person.begun)',
            'ids["community_type"].issuperset(community.types)',
            'ids["community_fact"].issuperset(community.facts)',
            "not any(check_community_facts(community, _NOWHERE, self.library.community_facts))",
            "self._uncovered(person) is None",
        )
    ),
    Mutant("dossiers", DOSSIERS, "if len(mapping) != len(pairs):", "if False:", "tests/loading/test_dossiers.py"),
    Mutant("tables", TABLE_STREAM, "            if rows.key is not None:", "            if False:", TABLE_TESTS),
    Mutant(
        "tables",
        TABLE_STREAM,
        "        if self.key is None:\n            raise",
        "        if False:\n            raise",
        TABLE_TESTS,
    ),
    Mutant("tables", TABLE_STREAM, 'lines += [""] * (self.number - first - len(lines))', "pass", TABLE_TESTS),
    Mutant("tables", TABLE_STREAM, "record.moved(first - 1)", "record.moved(first)", TABLE_TESTS),
    Mutant("tables", TABLE_STREAM, "(*LISTS, *_EVIDENCE)", '("completions", *_EVIDENCE)', TABLE_TESTS),
    Mutant("tables", TABLE_DOCUMENTS, 'value["away"] = _parts(value["away"])', "pass", TABLE_TESTS),
    Mutant("places", JSON_READER, "self.line + row", "self.line", "tests/loading/test_json_reader.py"),
    Mutant("places", DOSSIERS, '.rstrip("\\r\\n")', "", "tests/loading/test_dossiers.py"),
    # many are planned by compiled code, few are not
    Mutant("compiled", SHARDS, "if self.fast else None", "if False else None", BATCH_TESTS),
    Mutant("compiled", STREAMS, "> fast_above\n", ">= fast_above\n", BATCH_TESTS),
    Mutant("compiled", SEARCH, "    except ImportError:\n", "    except KeyError:\n", BATCH_TESTS),
    # changes behind switches
    Mutant("switches", SWITCHES, "if period != month or not problem.strict:", "if True:", SWITCHES_TESTS),
    Mutant("switches", SWITCHES, "if switch.modules & solution.modules}", "if False}", SWITCHES_TESTS),
    Mutant("switches", SWITCHES, "if switch.facts & needed}", "if False}", SWITCHES_TESTS),
    Mutant("switches", SWITCHES, "problem.available & ~self.written", "problem.available", SWITCHES_TESTS),
    Mutant("switches", SWITCHES, "(1, (fact, switch))", "(2, (fact, switch))", SWITCHES_TESTS),
    # the explanations
    Mutant("uses", f"{EXPLAIN}/reasons.py", "and not kept >> goal.fact & 1:", "and True:"),
    Mutant("uses", f"{EXPLAIN}/reasons.py", "if problem.catalogue.partners[module] >> partner & 1:", "if False:"),
    Mutant("uses", f"{EXPLAIN}/reasons.py", "needs[current] & ~kept))", "needs[current]))"),
    Mutant(
        "absence", f"{EXPLAIN}/absence.py", "forced = solve_problem(problem, forced=1 << module)", "forced = solution"
    ),
    Mutant("absence", f"{EXPLAIN}/absence.py", "and catalogue.hours[step] <= catalogue.hours[module]", ""),
    Mutant(
        "absence",
        f"{EXPLAIN}/absence.py",
        "and not catalogue.needs[step] & ~catalogue.needs[module] & ~problem.start",
        "",
    ),
    Mutant(
        "absence", f"{EXPLAIN}/absence.py", "return tuple(-value if index < closing else value", "return tuple(value"
    ),
    Mutant("changes", f"{EXPLAIN}/variants.py", "while best is not None and low + 1 < best:", "while False:"),
    Mutant("changes", f"{EXPLAIN}/variants.py", "if stage.bound >= total:", "if False:"),
    Mutant(
        "changes",
        f"{EXPLAIN}/variants.py",
        "return refitted(replace(problem, hours_per_period=quarters))",
        "return problem",
    ),
    Mutant(
        "changes",
        f"{EXPLAIN}/variants.py",
        "budgets = (problem.budgets[0],) * (periods[-1].year + 1)",
        "budgets = problem.budgets",
    ),
    Mutant("changes", f"{EXPLAIN}/changes.py", "if held & ~problem.start:", "if not problem.start >> fact & 1:"),
    Mutant("changes", f"{EXPLAIN}/changes.py", "if wanted >> fact & 1:", "if False:"),
    Mutant("changes", f"{EXPLAIN}/changes.py", "_next_level(problem, fact, reachable) and opens", "opens"),
    Mutant("changes", f"{EXPLAIN}/changes.py", '(Rule("month_cap"), *rules_of_modules', "(*rules_of_modules"),
    Mutant("conflict", f"{EXPLAIN}/conflict.py", "if search.attempt(()) is None:", "if False:"),
    Mutant("conflict", f"{EXPLAIN}/conflict.py", "smallest = search.smallest(minimal)", "smallest = minimal"),
    Mutant(
        "conflict",
        f"{EXPLAIN}/conflict.py",
        "early = self.explain((*kept, *late), first, check=bool(late))",
        "early = first",
    ),
    Mutant("conflict", f"{EXPLAIN}/conflict.py", "if check and self.attempt(kept) is None:", "if False:"),
    Mutant("conflict", f"{EXPLAIN}/rules.py", "found |= catalogue.partners[module] & ~problem.completed", "pass"),
    Mutant("conflict", f"{EXPLAIN}/rules.py", "queue |= catalogue.needs[module]", "pass"),
    Mutant(
        "conflict",
        f"{EXPLAIN}/rules.py",
        "for module in bits(partners_of(problem, rule.module)):\n                partners[module] = 0",
        "partners[rule.module] = 0",
    ),
    Mutant("conflict", f"{EXPLAIN}/rules.py", "months[rule.module] = unbarred(months[rule.module])", "pass"),
    Mutant(
        "alternatives",
        f"{EXPLAIN}/alternatives.py",
        "in_calendar = best is None or best.modules != solution.modules",
        "in_calendar = False",
    ),
    Mutant("alternatives", f"{EXPLAIN}/alternatives.py", "if plan is not None:", "if True:"),
    Mutant("alternatives", f"{EXPLAIN}/alternatives.py", "if len(plans) == limit:", "if len(plans) > limit:"),
    Mutant("alternatives", f"{EXPLAIN}/variants.py", "weight = 1 + sum(", "weight = sum("),
    Mutant("alternatives", f"{EXPLAIN}/variants.py", "NO_TIER = -1", "NO_TIER = 0"),
    Mutant("price", f"{EXPLAIN}/price.py", "budget = point.budget - 1", "budget = point.budget - 4"),
    Mutant("price", f"{EXPLAIN}/price.py", "if points and points[-1].value == point.value:", "if False:"),
    Mutant("price", f"{EXPLAIN}/price.py", "budget=year_load(limited, solution),", "budget=budget,"),
    Mutant("price", f"{EXPLAIN}/variants.py", "if problem.counted >> module & 1:", "if True:"),
    # the search of our own
    Mutant(
        "search",
        KERNEL,
        "missing = net.need_start[operator + 1] - net.need_start[operator] - net.threshold[operator] + 1",
        "missing = 1",
    ),
    Mutant(
        "search",
        KERNEL,
        "        if unblocked(net, cut[c], zone, stamp) > 0:\n",
        "        if unblocked(net, cut[c], zone, stamp) > 1:\n",
    ),
    Mutant(
        "search", KERNEL, "            step = min(step, rest[cut[c]])\n", "            step = max(step, rest[cut[c]])\n"
    ),
    Mutant(
        "search",
        KERNEL,
        "lower + rest[operator] >= value:\n                alive",
        "lower + rest[operator] >= value - 4:\n                alive",
    ),
    Mutant("search", KERNEL, "        if size == 1:\n            forced[cut[0]] = 1\n", "        forced[cut[0]] = 1\n"),
    Mutant(
        "search",
        KERNEL,
        "            node.alive[chosen] = 0\n            state[_SPENT] = 0\n            return True\n",
        "            return False\n",
    ),
    Mutant(
        "search", KERNEL, "                    join(parent, part[operator], labels)\n", "                    pass\n"
    ),
    Mutant(
        "search",
        KERNEL,
        "            if lower + rest[operator] > value:\n                keep",
        "            if lower + rest[operator] >= value:\n                keep",
    ),
    Mutant("search", KERNEL, "scaled[operator] -= 1 << digit", "scaled[operator] += 1 << digit"),
    Mutant(
        "search",
        KERNEL,
        "cost[operator] = cost[operator] * base + extra[stage * operators + operator]",
        "cost[operator] = cost[operator] * base",
    ),
    Mutant(
        "search",
        NETWORK,
        "reduce(or_, (lower.get(fact, 0) for fact in bits(needed)), 0)",
        "sum(lower.get(fact, 0) for fact in bits(needed))",
    ),
    Mutant(
        "buying",
        FRONTIER,
        "if frontier[one * stride + _WEIGHT] > weight:",
        "if frontier[one * stride + _WEIGHT] >= weight:",
        BUDGET_TESTS,
    ),
    Mutant("buying", FRONTIER, "owed = _ON if puzzle.fact[variable] else -1", "owed = -1", BUDGET_TESTS),
    Mutant("buying", FRONTIER, "owed = _ON if puzzle.fact[variable] else -1", "owed = _ON", BUDGET_TESTS),
    Mutant("buying", FRONTIER, " and store.code[desk.row_of[seat] - 1] != code:", ":", BUDGET_TESTS),
    Mutant(
        "buying",
        FRONTIER,
        "points[first * stride + _WEIGHT] < least:",
        "points[first * stride + _WEIGHT] <= least:",
        BUDGET_TESTS,
    ),
    Mutant(
        "buying",
        FRONTIER,
        "store.offered[table] = store.offered[one] + store.offered[other]",
        "store.offered[table] = store.offered[one]",
        BUDGET_TESTS,
    ),
    Mutant("buying", FRONTIER, "if found != 0 or loss >= offered:", "if True:", BUDGET_TESTS),
    Mutant(
        "buying",
        FRONTIER,
        "return offered if loss > offered // times else loss * times",
        "return loss * times",
        BUDGET_TESTS,
    ),
    Mutant(
        "buying",
        FRONTIER,
        "if store.first[other] == 0 and store.first[one] < mark:",
        "if store.first[other] == 0:",
        BUDGET_TESTS,
    ),
    Mutant("buying", FRONTIER, "(_BACKED if puzzle.kind[edge] == GIVER else _ON) << 2", "_ON << 2", BUDGET_TESTS),
    Mutant(
        "buying",
        FRONTIER,
        "if word in (_HOURS, _COST) else mine > yours",
        "if word == _HOURS else mine > yours",
        BUDGET_TESTS,
    ),
    Mutant(
        "buying", FRONTIER, "+ store.point[by + _HOURS] > most", "+ store.point[by + _HOURS] > most + 4", BUDGET_TESTS
    ),
    Mutant("buying", FRONTIER, "1 << (ID_BITS - 1 - rank % ID_BITS)", "1 << rank % ID_BITS", BUDGET_TESTS),
    Mutant(
        "buying",
        FRONTIER,
        "first, last, end = end, end + last - first, end + last - first",
        "first, last = end, end + last - first",
        BUDGET_TESTS,
    ),
    Mutant("buying", KERNEL, "if cost[row] <= total:", "if cost[row] < total:", BUDGET_TESTS),
    Mutant(
        "buying",
        KERNEL,
        "        strike_dear(extract(net, goals, part, fact_part, number), hours, kept)",
        "        pass",
        BUDGET_TESTS,
    ),
    Mutant("buying", BUDGET, "        if taken != modules:\n            return None\n", "", BUDGET_TESTS),
    Mutant(
        "buying",
        BUDGET,
        "if gains is None or ways.modules & ~problem.counted:",
        "if gains is None or ways.candidates & ~problem.counted:",
        BUDGET_TESTS,
    ),
    Mutant("buying", BUDGET, "return value > 0 if self.above else value == 0", "return True", BUDGET_TESTS),
    Mutant("buying", BUDGET, "min(problem.budget, window.most_hours)", "problem.budget", BUDGET_TESTS),
    Mutant("buying", BUDGET, "or not keeps_limits(problem, window, modules)", "", BUDGET_TESTS),
    Mutant("buying", BUDGET, "        self.wishes |= unmet\n", "", BUDGET_TESTS),
    Mutant("buying", BUDGET, "return value == unmet + sum(", "return True or value == unmet + sum(", BUDGET_TESTS),
    Mutant("relaxation", RELAX, "<= problem.budget", "<= problem.budget + 4"),
    Mutant("relaxation", RELAX, "room_of(problem, problem.available, problem.whole_window()) + 1", "10**6"),
    Mutant("relaxation", RELAX, "modules.bit_count() <= window.most_modules", "True"),
    Mutant("relaxation", RELAX, "partners[m] & (modules | problem.completed) for m", "True for m"),
    Mutant("relaxation", RELAX, "sum(not within >> fact & 1 for fact", "sum(True for fact"),
    Mutant("relaxation", RELAX, "return value > 0 if preference.name in above else value == 0", "return True"),
    Mutant("relaxation", RELAX, "return value == sum(row.get(module, 0) for module in bits(modules))", "return True"),
    Mutant(
        "relaxation", SELECT, "if forced or in_calendar or problem.wants_more_than_goals:", "if forced or in_calendar:"
    ),
    # months by search
    Mutant("placement", PLACEMENT, "        if age > jobs.longest:\n", "        if age > jobs.longest + 1:\n"),
    Mutant("placement", PLACEMENT, "if jobs.deadline[goal] == period and", "if"),
    Mutant("placement", PLACEMENT, "        if arcs[arc][3] > peak:\n            alive[arc] = 0\n", "        pass\n"),
    Mutant("placement", PLACEMENT, "chosen[task] = min(chosen[task], arcs[arc][0])", "chosen[task] = arcs[arc][0]"),
    Mutant("placement", PLACEMENT, "and ready(jobs, task, later):", "and True:"),
    Mutant("placement", PLACEMENT, "and users_ready(jobs, place, now, without):", "and True:"),
    Mutant(
        "placement",
        PLACEMENT,
        "cut_off = min(cut_off, cut)\n        beyond = min(beyond, cut + rest)",
        "cut_off = cut\n        beyond = cut + rest",
    ),
    Mutant(
        "placement",
        PLACEMENT,
        "if value < answer or (value == answer and earlier(periods, chosen)):",
        "if value < answer:",
    ),
    Mutant("placement", PLACEMENT, "forced |= every", "forced |= some"),
    Mutant("placement", PLACEMENT, "known if known.cost == cost + slack else nothing", "known"),
    Mutant("placement", PLACEMENT, "-1 << first + 1", "-1 << first + 2"),
    Mutant("placement", PLACEMENT, "(2 << first + jobs.longest) - 1", "(1 << first + jobs.longest) - 1"),
    Mutant(
        "placement",
        PLACEMENT,
        "lows[spent] = min(lows[spent], near[at][3] - jobs.cap)",
        "lows[spent] = near[at][3] - jobs.cap",
    ),
    Mutant(
        "placement",
        ARRANGE,
        "min((closing & way).bit_count() for way in ways)",
        "max((closing & way).bit_count() for way in ways)",
    ),
    Mutant(
        "placement", ARRANGE, "weight[task] += -(-target.weight // fewest)", "weight[task] += target.weight // fewest"
    ),
    Mutant(
        "placement",
        TIMETABLE,
        "        todo.extend(allowed & ~(1 << task) for task in bits(way & ~needed))\n",
        "        break\n",
    ),
    Mutant(
        "placement",
        TIMETABLE,
        "if len(problem.budgets) > 1 or problem.strict or problem.wants_more_than_goals:",
        "if problem.strict:",
    ),
    Mutant(
        "placement",
        SEQUENCE,
        "            self.proven = self.proven and answer.value == answer.bound\n            values",
        "            values",
    ),
    Mutant(
        "placement",
        SEQUENCE,
        "if search.compiled or (solved is not None and program.proven):",
        "if solved is not None:",
    ),
    # certificates
    Mutant(
        "certificate",
        CERTIFICATE,
        "if certificate.seal != _seal(problem, certificate.hours, certificate.steps):",
        "if False:",
    ),
    Mutant("certificate", CERTIFICATE, "if not self.goals & ~facts:", "if False:"),
    Mutant("certificate", CERTIFICATE, "if self.loads[module] > hours[module]:", "if False:"),
    Mutant("certificate", CERTIFICATE, "            payable &= ~modules\n", ""),
    Mutant("certificate", CERTIFICATE, "if max(region.charged, region.reached) < region.bound:", "if False:"),
    Mutant("certificate", CERTIFICATE, "if proven != certificate.hours:", "if False:"),
    Mutant("certificate", CERTIFICATE, "hours[m] >= self.bound", "hours[m] >= self.bound - 4"),
    Mutant("certificate", CERTIFICATE, "return min(with_it, self.case(", "return max(with_it, self.case("),
    # what is demanded of everyone, and the ways to a level
    Mutant("duty", REQUIREMENTS, "if duty.active and (", "if (", "tests/assessment"),
    Mutant("duty", REQUIREMENTS, "(not duty.roles or role.id in duty.roles)", "True", "tests/assessment"),
    Mutant(
        "duty", REQUIREMENTS, "floor[duty.unit] = max(DUTY_LEVEL, floor.get(duty.unit, 0))", "pass", "tests/assessment"
    ),
    Mutant("duty", REQUIREMENTS, "level if urgent else floor)", "floor)", "tests/planning/test_pose.py"),
    Mutant("duty", REQUIREMENTS, "return [due] if due >= as_of else []", "return [due]", "tests/assessment"),
    Mutant("duty", POSE, "mandatory=level <= gap.required.mandatory", "mandatory=False", "tests/planning/test_pose.py"),
    Mutant("hours rule", DESCRIBE, "if not rule.active or", "if", "tests/planning/test_plan.py"),
    Mutant(
        "hours rule",
        DESCRIBE,
        "if year in hours and module.mode in rule.counts:",
        "if year in hours:",
        "tests/planning/test_plan.py",
    ),
    Mutant(
        "hours rule",
        DESCRIBE,
        "if year in hours and module.mode in rule.counts:",
        "if module.mode in rule.counts:",
        "tests/planning/test_plan.py",
    ),
    Mutant(
        "entry",
        COMPILE,
        "isinstance(requirement, UnitAtLevel) and requirement.level == 0",
        "False",
        "tests/planning/test_compile.py",
    ),
    Mutant("ways", WAYS, "if way.entry.get(unit, 0) < level)", ")", "tests/graph/test_ways.py"),
    Mutant("ways", WAYS, "and (mine != others or self.entry != other.entry)", "", "tests/graph/test_ways.py"),
    Mutant(
        "ways", WAYS, "        if first.mode != second.mode\n        and (", "        if (", "tests/graph/test_ways.py"
    ),
    Mutant("problem", PROBLEM_COMMAND, "HALF_DAY = 4.0", "HALF_DAY = 8.0", "tests/workflows/test_problem.py"),
    Mutant(
        "problem",
        PROBLEM_COMMAND,
        "if plan.gaps and not plan.steps",
        "if not plan.steps",
        "tests/workflows/test_problem.py",
    ),
    # scores of many sources
    Mutant("heard", HEARD, '"later" if sitting.date > as_of', '"later" if sitting.date >= as_of', HEARD_TESTS),
    Mutant("heard", HEARD, "one.sitting.date < trained[unit]", "one.sitting.date <= trained[unit]", HEARD_TESTS),
    Mutant("heard", HEARD, "if date <= newest.get(unit, dt.date.min)", "if True", HEARD_TESTS),
    Mutant("heard", HEARD, "(months_between(ends, as_of) + 1)", "months_between(ends, as_of)", HEARD_TESTS),
    Mutant("heard", HEARD, "            known.update(sitting.scores)", "            pass", HEARD_TESTS),
    Mutant("fusion", FUSION, "return min(self.likely, self.proven_up_to)", "return self.likely", FUSION_TESTS),
    Mutant(
        "fusion",
        FUSION,
        "np.where(valid[row], instrument.proves_up_to, -1)",
        "np.full(len(row), instrument.proves_up_to)",
        FUSION_TESTS,
    ),
    Mutant("fusion", FRAME, "scores[places] -= instrument.lowest", "pass", FUSION_TESTS),
    Mutant("fusion", FUSION, "enough = reached >= percent / 100", "enough = reached > percent / 100", FUSION_TESTS),
    Mutant("fusion", FUSION, "_highest(reported(inference.alone),", "_highest(inference.alone,", FUSION_TESTS),
    Mutant(
        "raters",
        RATERS,
        "ratio = self.given_level[None] / self.given_ability[ability][..., None]",
        "ratio = self.given_level[None] + 0 * self.given_ability[ability][..., None]",
        RATERS_TESTS,
    ),
    Mutant("raters", READINGS, "self._force[:, None, None] * np.log(of_scores)", "np.log(of_scores)", RATERS_TESTS),
    Mutant("raters", RATERS, "(1 - guessing) / (1 + np.exp(", "1 / (1 + np.exp(", RATERS_TESTS),
    Mutant(
        "raters",
        READINGS,
        "ratios = self._given_level[pairs] / self._given_ability[pairs, :, ability][..., None]",
        "ratios = self._given_level[pairs]",
        RATERS_TESTS,
    ),
    Mutant("raters", INFERENCE, "np.add.at(heard[reading.sheet.group],", "np.add.at(heard[0],", RATERS_TESTS),
    Mutant(
        "estimation",
        ESTIMATION,
        "counts.ability + PRIOR_PEOPLE * ability_prior(model.top)",
        "PRIOR_PEOPLE * ability_prior(model.top)",
        ESTIMATION_TESTS,
    ),
    Mutant(
        "estimation",
        ESTIMATION,
        "fit(bias + move, deviation, log_noise).sum() - prior",
        "fit(bias + move, deviation, log_noise).sum()",
        ESTIMATION_TESTS,
    ),
    Mutant("estimation", ESTIMATION, "log_noise += float(_newton(of_noise))", "pass", ESTIMATION_TESTS),
    Mutant(
        "calibration",
        CALIBRATE,
        "if sittings >= MEMORY_FROM",
        "if sittings > MEMORY_FROM",
        "tests/assessment/test_calibrate.py",
    ),
    Mutant("calibration", CALIBRATE, "ranked = (-int", "ranked = (int", "tests/assessment/test_calibrate.py"),
    Mutant(
        "calibration",
        CALIBRATION_FILE,
        "if calibration.hash != hash_of(calibration):",
        "if False:",
        "tests/loading/test_calibration.py",
    ),
    Mutant("scores in gaps", GAPS, "said if said is not None and said.valid else None", "said", GAPS_TESTS),
    Mutant(
        "scores in gaps",
        GAPS,
        "latest.level if latest else counts.level if counts else 0)",
        "counts.level if counts else latest.level if latest else 0)",
        GAPS_TESTS,
    ),
    Mutant(
        "scores in gaps", GAPS, "alone.get(m, required) < required", "alone.get(m, required) <= required", GAPS_TESTS
    ),
    Mutant("scores in gaps", GAPS, "latest = max(past, key=", "latest = min(past, key=", GAPS_TESTS),
    Mutant("scores in gaps", GAPS, "if survey.date <= as_of]", "]", GAPS_TESTS),
    Mutant(
        "scores in gaps",
        POSE,
        "policy.problem_pull if gap.unit in assessment.reported else 1",
        "policy.problem_pull",
        "tests/planning/test_pose.py",
    ),
    *AUDITING,
)
