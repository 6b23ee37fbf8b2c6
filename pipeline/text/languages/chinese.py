"""Chinese, in either script."""

from __future__ import annotations

from typing import Final

from pipeline.text.languages.language import Calendar, Language, Numerals, forms

_DIGIT: Final = "[0-9０-９]"
_WEEKDAY: Final = r"(?:星期|周|週|礼拜|禮拜)(?P<weekday>[一二三四五六日天])"

CHINESE: Final = Language(
    code="zh",
    name="Chinese",
    spaced=False,
    capitals=False,
    function_words=forms(
        "的 了 在 是 和 与 與 及 也 就 都 而 着 著 之 于 於 被 把 对 對 为 為 从 從 以 等 将 將 其 这 這 那"
    ),
    negators=forms("""不 没 沒 未 无 無 非 否认 否認 并非 並非 拒绝 拒絕 从未 從未 没有 沒有 尚未"""),
    leaning=forms("他 她 它 这 這 那 此 但 而 也 因此 所以 不过 不過 然而 同时 同時 随后 隨後 其 对此 對此 双方 雙方"),
    affirming=r"不[仅僅但过過久少断斷同足到超]|未[来來]|[无無][论論线線]|非[常法洲]|没收|沒收",
    numerals=Numerals(grouping=",，", decimal=".．"),
    comparators={
        "under": r"不到|不足|低于|低於|少于|少於|近|将近|將近",
        "at_most": r"最多|至多|不超过|不超過|高达|高達",
        "over": r"超过|超過|逾|多于|多於|高于|高於",
        "at_least": r"至少|不少于|不少於|最少",
        "about": r"约|約|大约|大約|大概|左右|约有|約有",
    },
    calendar=Calendar(
        weekdays={"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7},
        patterns=(
            rf"(?P<year>{_DIGIT}{{4}})\s?年(?:\s?(?P<month>{_DIGIT}{{1,2}})\s?月(?:\s?(?P<day>{_DIGIT}{{1,2}})\s?[日号號])?)?",
            rf"(?P<month>{_DIGIT}{{1,2}})\s?月\s?(?P<day>{_DIGIT}{{1,2}})\s?[日号號]",
            rf"(?<![0-9０-９])(?P<month>{_DIGIT}{{1,2}})\s?月(?!\s?{_DIGIT})",
            rf"(?<![0-9０-９月])(?P<day>{_DIGIT}{{1,2}})\s?[日号號](?![线線楼樓])",
            r"(?P<year>[零〇一二三四五六七八九]{4})年(?:(?P<month>[一二三四五六七八九十]{1,3})月(?:(?P<day>[一二三四五六七八九十]{1,3})[日号號])?)?",
            r"(?P<month>[一二三四五六七八九十]{1,3})月(?P<day>[一二三四五六七八九十]{1,3})[日号號]",
            _WEEKDAY,
        ),
    ),
)
