"""Loading: what reading the files reports; documented here, found by ``competency_engine.loading``."""

from __future__ import annotations

from competency_engine.diagnostics import Severity
from competency_engine.lint.rule import Rule
from competency_engine.text import Text, say


def _rule(code: str, title: Text, why: Text, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(code, "loading", severity, title, why)


RULES = (
    _rule(
        "YML01",
        say("文件是合法的 YAML", "The file is valid YAML"),
        say(
            "语法错误之后的内容无法读取；同一文件里其他文档（以 --- 分开）照常检查。",
            "Nothing after a syntax error can be read; the other documents of the file are checked all the same.",
        ),
    ),
    _rule(
        "YML02",
        say("每个键只写一次", "A key is written once"),
        say(
            "重复的键在多数工具里后一个悄悄覆盖前一个，改了前一个也不起作用。",
            "Most tools let the last of two equal keys win in silence, so changing the first does nothing.",
        ),
    ),
    _rule(
        "YML03",
        say("不用锚点、别名、标签和合并键", "No anchors, aliases, tags or merge keys"),
        say(
            "引用使一处改动影响看不见的别处，还能让小文件展开成几个 GB；每份文档都应当看得见全部内容。",
            "References change things out of sight and can blow a file up to gigabytes; a document shows all it says.",
        ),
    ),
    _rule(
        "YML04",
        say("不写不同工具读法不同的值", "No value that tools read differently"),
        say(
            "yes、012、12:30、1.10 在有的工具里会变成真假、八进制、分钟数或少一位的小数。",
            "Some tools turn yes, 012, 12:30 and 1.10 into a truth value, an octal, minutes and a shorter decimal.",
        ),
        Severity.WARNING,
    ),
    _rule(
        "YML05",
        say("文件不过大，嵌套不过深", "Files are not too big, nor nested too deep"),
        say(
            "过大、过深的文件会耗尽内存，也没有人能读；正常的文件远远用不到这个上限。",
            "Such files exhaust the memory and nobody can read them; a normal file never comes near the limits.",
        ),
    ),
    _rule(
        "YML06",
        say("文件可读，是 UTF-8 编码，没有控制字符", "The file can be read, is UTF-8 and holds no control characters"),
        say(
            "别的编码会读成乱码；控制字符在编辑器里看不见，却会让名称对不上。",
            "Other encodings come out garbled; control characters cannot be seen, but names no longer match.",
        ),
    ),
    _rule(
        "YML07",
        say("键后面用半角冒号", "A key is followed by a half-width colon"),
        say(
            "全角冒号在 YAML 里是普通文字，整行会变成一段文字，报错常常落在下一行。",
            "To YAML a full-width colon is plain text: the line becomes one phrase; the error shows up a line later.",
        ),
    ),
    _rule(
        "YML08",
        say("冒号后面有空格", "A colon is followed by a space"),
        say("没有空格，“键:值”就是一段普通文字。", "Without the space “key:value” is one phrase of plain text."),
    ),
    _rule(
        "YML09",
        say("缩进只用半角空格", "Indent with plain spaces only"),
        say(
            "全角空格、不换行空格和制表符看起来像缩进，YAML 却不承认。",
            "Ideographic spaces, no-break spaces and tabs look like an indent, but YAML does not take them for one.",
        ),
    ),
    _rule(
        "FMT01",
        say("必填项都写了", "Required keys are there"),
        say(
            "缺少必填项的文档无法使用，引用它的地方也连不上。",
            "A document without a required key cannot be used, nor can anything that refers to it.",
        ),
    ),
    _rule(
        "FMT02",
        say("没有不认识的键", "No unknown keys"),
        say(
            "写错的键如果被忽略，它的内容就悄悄失效了。",
            "If a misspelt key were ignored, what it says would silently have no effect.",
        ),
    ),
    _rule(
        "FMT03",
        say("值的类型正确", "Values have the right type"),
        say(
            "数字加了引号就是文字，单个值不是列表；猜测用意会猜错。",
            "A quoted number is text and a single value is no list; guessing what was meant would guess wrong.",
        ),
    ),
    _rule(
        "FMT04",
        say("值在允许的范围内", "Values are within bounds"),
        say(
            "学时、等级、月份、日期和标识都有范围；越界的值算不出计划。",
            "Hours, levels, months, dates and ids have bounds; no plan can be made from a value beyond them.",
        ),
    ),
    _rule(
        "FMT05",
        say("从固定几个值里选的，写其中一个", "Where the choice is fixed, one of the choices"),
        say(
            "阶段、方式、形式等只有固定的写法，写错一个字就没有这种值。",
            "Phases, modes, forms and the like have fixed names; a misspelt one is no value at all.",
        ),
    ),
    _rule(
        "FMT06",
        say("条件写成认识的形状", "Conditions have a known shape"),
        say(
            "先修条件和情境条件只有几种写法；写成别的样子，就不知道它要求什么。",
            "Requirements and context conditions have a few shapes; in any other, nobody can tell what they ask.",
        ),
    ),
    _rule(
        "REF01",
        say("引用的都存在", "Whatever is referred to exists"),
        say(
            "指向不存在的单元、课程或法规，这一条就不起作用；多半是 id 写错了一个字。",
            "A reference to a unit, module or law that does not exist does nothing; mostly the id is misspelt.",
        ),
    ),
    _rule(
        "REF02",
        say("同类文档的 id 不重复", "No two documents of a kind share an id"),
        say(
            "两份同 id 的文档，引用不知道指的是哪一份。",
            "With two documents of one id, no reference can tell which is meant.",
        ),
    ),
    _rule(
        "REF03",
        say("社区事实按它的类型取值和比较", "Community facts are given and compared by their type"),
        say(
            "拿日期和数字比、用没有声明的选项，条件永远不成立，该启用的技能就不会启用。",
            "A date compared with a number, or a choice never declared, never holds: the skill is never switched on.",
        ),
    ),
    _rule(
        "REF04",
        say("评分是评估工具给得出的", "Scores are such as their instrument gives"),
        say(
            "工具不评的单元、没有的题目、超出满分的评分都不是它给出的；拿去推断等级会推错。",
            "A unit that it does not rate, an item that it has not, or a score beyond its range did not come from it, and would mislead.",
        ),
    ),
    _rule(
        "LIN01",
        say("一行 JSON 是一名完整的学员", "A line of JSON is one complete person"),
        say(
            "读不了的一行没有计划；其他各行照常规划。",
            "A line that cannot be read gives no plan; all the others are planned all the same.",
        ),
    ),
    _rule(
        "LIN02",
        say("每名学员都有适用的角色", "Each person in the lines has a role"),
        say(
            "没有角色就没有要求，也就没有差距和计划；多半是任现职日期写错了。",
            "Without a role nothing is required and no plan can be made; mostly the date of appointment is wrong.",
        ),
    ),
    _rule(
        "TAB01",
        say("表格的表头认得出", "A table's header is recognised"),
        say(
            "按表头判断是测评、完修、在修、学员还是社区表；缺了关键的列，整张表都读不了。",
            "The header tells evidence, completions, modules begun, people and communities apart; without it no row can be read.",
        ),
    ),
    _rule(
        "TAB02",
        say("表格没有重复和不认识的列", "A table has no repeated or unknown columns"),
        say(
            "重复的列不知道该信哪一个，不认识的列会被忽略而无人知道。",
            "Of two equal columns neither can be trusted, and an unknown one would be ignored unnoticed.",
        ),
    ),
)
