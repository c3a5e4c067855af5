"""Quality of the evidence → Document: figures with their intervals, or why there are none."""

from __future__ import annotations

import math
from typing import Any

from competency_engine.assessment.quality import GroupQuality, Quality, RatingQuality, TestQuality
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.library import Library
from competency_engine.measurement.estimate import Estimate, Thin
from competency_engine.measurement.irt import FIT_BAND, ItemModel
from competency_engine.reports.document import Document, Notes, Table, same
from competency_engine.text import Text, say

LEAST_DISCRIMINATION = 0.2
"""Below it an item tells the able from the others badly (Ebel and Frisbie 1991)."""
EASY, HARD = 0.95, 0.2
REASONS: dict[str, Text] = {
    "few_people": say("人太少", "too few people"),
    "few_items": say("题太少", "too few items"),
    "few_units": say("共评的太少", "too few rated by two"),
    "few_matched": say("可比的人太少", "too few people to compare"),
    "no_variance": say("没有差别", "no variance"),
    "alpha_not_positive": say("题目互不相关", "the items do not hang together"),
    "all_right": say("人人答对", "everybody is right"),
    "all_wrong": say("人人答错", "everybody is wrong"),
    "flat": say("分不出高低", "tells nobody apart"),
    "no_common_trait": say("测的不是一回事", "no common trait"),
    "not_identified": say("数据定不下来", "the data do not determine it"),
}


def quality_document(quality: Quality, calibration: Calibration | None, library: Library) -> Document:
    """Return what can be said of the evidence, test by test, then of the ratings, then what was calibrated."""
    sampled = quality.people < quality.total
    of = (
        say(f"（共 {quality.total} 人，按标识的哈希抽取）", f" of {quality.total}, chosen by the hash of their labels")
        if sampled
        else say("", "")
    )
    head = Notes(
        None,
        (
            say(f"依据 {quality.people} 人的评分{of.zh}", f"From the scores of {quality.people} people{of.en}"),
            say(
                "数据太少时不给数字，写明原因；[ ] 为95%区间",
                "Where the data are too thin there is a reason instead of a figure; [ ] is the 95 % interval",
            ),
        ),
    )
    blocks: list[Notes | Table] = [head]
    for test in quality.tests:
        blocks += _test_blocks(test, library)
    if quality.ratings is not None:
        blocks += _rating_blocks(quality.ratings)
    blocks.append(_calibration_block(calibration, library))
    return Document(say("证据的质量", "Quality of the evidence"), tuple(blocks), _data(quality, library))


def figure(estimate: Estimate, digits: int = 2) -> Text:
    """Return a figure with its interval, or the reason why there is none."""
    if estimate.value is None:
        return REASONS[estimate.reason or "not_identified"]
    interval = ""
    if estimate.low is not None and estimate.high is not None:
        interval = f" [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"
    return same(f"{estimate.value:.{digits}f}{interval}")


def _test_blocks(test: TestQuality, library: Library) -> list[Notes | Table]:
    title = test.instrument.title
    notes = Notes(
        say(f"{title.zh}（{test.instrument.id}）", f"{title.en} ({test.instrument.id})"),
        (
            say(f"{test.people} 份答卷，{len(test.items)} 道题", f"{test.people} sittings, {len(test.items)} items"),
            say(f"信度（α）：{figure(test.alpha).zh}", f"Reliability (alpha): {figure(test.alpha).en}"),
            say(
                f"测量标准误（分）：{figure(test.error).zh}",
                f"Standard error of measurement (points): {figure(test.error).en}",
            ),
        ),
    )
    columns = (
        say("题目", "Item"),
        say("单元", "Unit"),
        say("等级", "Level"),
        say("得分率", "Share won"),
        say("区分度", "Discrimination"),
        say("难度（Rasch）", "Difficulty (Rasch)"),
        say("拟合", "Infit"),
        say("新任与其他人", "New against others"),
        say("须看", "Look at it"),
    )
    rasch = {place: _rasch_of(group, place, test) for group in test.groups for place in group.items}
    rows = []
    for place, (item, statistics, dif) in enumerate(zip(test.items, test.statistics, test.dif, strict=True)):
        if statistics.difficulty.value is None:
            continue
        difficulty, infit = rasch[place]
        group = (
            REASONS[dif.difference.reason or "few_people"]
            if dif.category is None
            else same(f"{dif.category} {dif.difference.value:+.1f}")
        )
        rows.append(
            (
                same(item.id),
                same(item.unit),
                same(item.level),
                figure(statistics.difficulty),
                figure(statistics.discrimination),
                difficulty,
                infit,
                group,
                _doubts(statistics.difficulty, statistics.discrimination, dif.category),
            )
        )
    groups = tuple(
        (
            library.domains[group.domain].title,
            same(len(group.items)),
            figure(group.alpha),
            REASONS[group.rasch.reason]
            if isinstance(group.rasch, Thin)
            else figure(group.reliability)
            if group.reliability
            else same(""),
            REASONS[group.two_parameter.reason]
            if isinstance(group.two_parameter, Thin)
            else _slopes(group.two_parameter),
        )
        for group in test.groups
    )
    group_columns = (
        say("能力域", "Domain"),
        say("题数", "Items"),
        say("信度（α）", "Alpha"),
        say("能力估计的信度（Rasch）", "Reliability of ability (Rasch)"),
        say("区分参数（2PL）", "Discriminations (2PL)"),
    )
    thin = len(test.items) - len(rows)
    if thin:
        few = say(
            f"{thin} 道题答的人太少，未列出", f"{thin} items were answered by too few people to say, and are not listed"
        )
        notes = Notes(notes.title, (*notes.lines, few))
    if not rows:
        return [notes]
    return [
        notes,
        Table(say("各题", "Items"), columns, tuple(rows)),
        Table(say("各能力域", "By domain"), group_columns, groups),
    ]


def _slopes(model: ItemModel) -> Text:
    known = [float(value) for value in model.discrimination if not math.isnan(value)]
    return same(f"{min(known):.2f}–{max(known):.2f}") if known else REASONS["not_identified"]


def _rasch_of(group: GroupQuality, place: int, test: TestQuality) -> tuple[Text, Text]:
    if isinstance(group.rasch, Thin):
        return REASONS[group.rasch.reason], same("")
    if test.items[place].points > 1:
        return say("多分题", "several points"), same("")
    column = [p for p in group.items if test.items[p].points == 1].index(place)
    reason = group.rasch.reasons[column]
    if reason is not None or group.fit is None:
        return REASONS[reason or "not_identified"], same("")
    infit = float(group.fit.infit[column])
    mark = "" if FIT_BAND[0] <= infit <= FIT_BAND[1] else " !"
    return (
        same(f"{group.rasch.difficulty[column]:.2f} ± {group.rasch.difficulty_error[column]:.2f}"),
        same(f"{infit:.2f}{mark}"),
    )


def _doubts(difficulty: Estimate, discrimination: Estimate, dif: str | None) -> Text:
    doubts = []
    if difficulty.value is not None and difficulty.value > EASY:
        doubts.append(say("太易", "too easy"))
    if difficulty.value is not None and difficulty.value < HARD:
        doubts.append(say("太难，或答案有误", "too hard, or a wrong key"))
    if discrimination.high is not None and discrimination.high < LEAST_DISCRIMINATION:
        doubts.append(say("区分不开", "tells little apart"))
    if dif == "C":
        doubts.append(say("对一组人更难", "harder for one group"))
    return say("；".join(d.zh for d in doubts), "; ".join(d.en for d in doubts))


def _rating_blocks(ratings: RatingQuality) -> list[Notes | Table]:
    pairs = ratings.pairs
    notes = Notes(
        say("评分者之间", "Between raters"),
        (
            say(
                f"一致性（Krippendorff α，等级）：{figure(ratings.alpha).zh}",
                f"Agreement (Krippendorff's alpha, ordinal): {figure(ratings.alpha).en}",
            ),
            say(
                f"完全一致：{figure(pairs.exact).zh}；相差不超过一级：{figure(pairs.adjacent).zh}",
                f"Exactly alike: {figure(pairs.exact).en}; within one level: {figure(pairs.adjacent).en}",
            ),
            say(f"{pairs.units} 个“人×单元”有两份以上评分", f"{pairs.units} units of people have two ratings or more"),
        ),
    )
    columns = (
        say("来源", "Source"),
        say("比其他来源高（级）", "Above the others (levels)"),
        say("同一来源内的一致性", "Agreement within the source"),
    )
    of_kind = {difference.kind: difference.difference for difference in ratings.differences}
    thin = Estimate(None, reason="few_units")
    rows = tuple(
        (instrument.title, figure(of_kind.get(number, thin)), figure(within))
        for number, (instrument, within) in enumerate(zip(ratings.sources, ratings.within, strict=True))
    )
    return [notes, Table(say("各来源", "Sources"), columns, rows)]


def _calibration_block(calibration: Calibration | None, library: Library) -> Notes | Table:
    if calibration is None:
        line = say(
            "尚未标定：偏差和散布按评估工具文档的起步值；运行 evidence calibrate 由数据估计",
            "not calibrated: bias and scatter are as the instruments' documents say; evidence calibrate estimates them",
        )
        return Notes(say("标定", "Calibration"), (line,))
    columns = (
        say("评估工具", "Instrument"),
        say("偏高（级）", "Bias (levels)"),
        say("散布", "Scatter"),
        say("分得清等级的评分者", "Raters who tell levels apart"),
    )
    rows = []
    for id_, scale in calibration.scales.items():
        instrument = library.instruments.get(id_)
        if instrument is None or scale.columns:
            continue
        row = scale.thresholds[0]
        bias = sum(instrument.lowest + k + 0.5 - value for k, value in enumerate(row)) / len(row)
        rows.append(
            (instrument.title, same(f"{bias:+.2f}"), same(f"{scale.noise:.2f}"), same(f"{sum(scale.types[:7]):.0%}"))
        )
    title = say(
        f"标定（{calibration.as_of}，{calibration.people} 人中的 {calibration.sample} 人；认得 {len(calibration.raters)} 名评分者）",
        f"Calibration ({calibration.as_of}, from {calibration.sample} of {calibration.people} people; {len(calibration.raters)} raters known)",
    )
    return Table(title, columns, tuple(rows))


def _data(quality: Quality, library: Library) -> dict[str, Any]:
    return {
        "people": quality.people,
        "total": quality.total,
        "tests": [_test_data(test) for test in quality.tests],
        "ratings": _ratings_data(quality.ratings),
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    numbers = {name: _number(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**numbers, "reason": estimate.reason}


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 6)


def _test_data(test: TestQuality) -> dict[str, Any]:
    return {
        "instrument": test.instrument.id,
        "people": test.people,
        "alpha": _estimate(test.alpha),
        "standard_error": _estimate(test.error),
        "items": [
            {
                "item": item.id,
                "unit": item.unit,
                "level": item.level,
                "share_won": _estimate(statistics.difficulty),
                "discrimination": _estimate(statistics.discrimination),
                "missing": _number(statistics.share_missing),
                "dif": {"difference": _estimate(dif.difference), "category": dif.category},
            }
            for item, statistics, dif in zip(test.items, test.statistics, test.dif, strict=True)
        ],
        "groups": [
            {
                "domain": group.domain,
                "items": [test.items[place].id for place in group.items],
                "alpha": _estimate(group.alpha),
                "rasch": _model_data(group.rasch),
                "reliability": _estimate(group.reliability),
                "two_parameter": _model_data(group.two_parameter),
            }
            for group in test.groups
        ],
    }


def _model_data(model: ItemModel | Thin) -> dict[str, Any]:
    if isinstance(model, Thin):
        return {"reason": model.reason}
    return {
        "difficulty": [_number(float(value)) for value in model.difficulty],
        "difficulty_error": [_number(float(value)) for value in model.difficulty_error],
        "discrimination": [_number(float(value)) for value in model.discrimination],
        "log_likelihood": _number(model.log_likelihood),
        "people": model.people,
    }


def _ratings_data(ratings: RatingQuality | None) -> dict[str, Any] | None:
    if ratings is None:
        return None
    return {
        "alpha": _estimate(ratings.alpha),
        "exact": _estimate(ratings.pairs.exact),
        "adjacent": _estimate(ratings.pairs.adjacent),
        "sources": {
            instrument.id: {
                "within": _estimate(within),
                "above_others": next((_estimate(d.difference) for d in ratings.differences if d.kind == number), None),
            }
            for number, (instrument, within) in enumerate(zip(ratings.sources, ratings.within, strict=True))
        },
    }
