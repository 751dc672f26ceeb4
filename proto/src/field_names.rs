//! What people call the fields of commands: a sentence for them names no path of a program.

use crate::text::Words;

/// A field that is none of the list.
const OTHER: (&str, &str) = ("所填内容", "what was filled in");

/// Fields by the last name of their path, with what people call them.
const NAMES: &[(&str, &str, &str)] = &[
    ("weekdays", "周几", "days of the week"),
    ("hours", "时段", "hours"),
    ("items", "事项", "items"),
    ("names", "值班人员", "people on duty"),
    ("step", "环节", "step"),
    ("days", "天数", "days"),
    ("day_kind", "计算方式", "kind of days"),
    ("holiday", "节日名称", "holiday"),
    ("papers", "所需材料", "papers to bring"),
    ("basis", "依据", "what it rests on"),
    ("opens", "计划开放日", "planned day of opening"),
    ("checkpoint", "达标项", "point of the standard"),
    ("finding", "核查情况", "finding"),
    ("proposal", "变更编号", "number of the proposal"),
    ("document_number", "文号", "number of the document"),
    ("evidence", "依据", "what it rests on"),
    ("state", "状态", "state"),
    ("site", "站点", "site"),
    ("from", "起始日", "first day"),
    ("until", "截止日", "last day"),
    ("unit", "单位", "unit"),
    ("name", "姓名", "name"),
    ("phone", "电话", "telephone"),
    ("address", "住址", "address"),
    ("birth", "出生日期", "date of birth"),
    ("document", "证件", "document"),
    ("authority", "代理依据", "authority"),
    ("guardian", "监护人身份", "why they are the guardian"),
    ("capacity", "民事行为能力", "capacity"),
    ("anonymous", "匿名", "anonymity"),
    ("language", "语言", "language"),
    ("people", "来访人", "people who ask"),
    ("applicant", "来访人", "people who ask"),
    ("agent", "代理人", "agent"),
    ("summary", "诉求摘要", "summary"),
    ("place", "管辖地", "place"),
    ("item", "诉求类别", "item"),
    ("topic", "具体事项", "topic"),
    ("code", "查询码", "query code"),
    ("reason", "理由", "reason"),
    ("note", "说明", "note"),
    ("why", "说明", "explanation"),
    ("missing", "需补正的材料", "missing papers"),
    ("materials", "材料", "papers"),
    ("answer", "答复内容", "answer"),
    ("measure", "整改措施", "measure"),
    ("instruction", "督办要求", "instruction"),
    ("report", "情况反馈", "report"),
    ("task", "协办事项", "task"),
    ("text", "内容", "text"),
    ("letter", "文书编号", "number of the letter"),
    ("agreement", "委托协议编号", "number of the agreement"),
    ("file", "卷宗编号", "number of the file"),
    ("agency", "法律援助机构", "legal aid agency"),
    ("firm", "律师事务所、法律服务所", "law firm"),
    ("licence", "执业证号", "number of the licence"),
    ("notice", "通知书编号", "number of the notice"),
    ("organ", "办案机关", "authority that works the case"),
    ("body", "外省单位", "body of another province"),
    (
        "received_on",
        "公函收到日期",
        "day on which the letter was received",
    ),
    ("gravity", "案件轻重", "how grave the case is"),
    ("lawyer", "承办人姓名", "name of the person assigned"),
    (
        "contact",
        "承办人联系方式",
        "how the person assigned is reached",
    ),
    ("kinds", "法律帮助内容", "what was done"),
    ("to", "报告给", "to whom it is reported"),
    ("number", "编号", "number"),
    ("court", "法院", "court"),
    ("ruling", "裁定编号", "number of the ruling"),
    ("what", "核实事项", "what is verified"),
    ("result", "结果", "result"),
    ("certificate", "公证书编号", "number of the certificate"),
    ("percent", "减免百分比", "percentage"),
    ("mediators", "调解员", "mediators"),
    ("mediator", "调解员", "mediator"),
    ("count", "人数", "number of people"),
    ("person", "第几人", "which of them"),
    ("amount", "金额", "amount"),
    ("until", "履行期限", "last day to perform"),
    ("term", "协议第几项", "term of the agreement"),
    ("respondents", "被申请人", "other parties"),
    ("told", "已告知的其他途径", "other ways that were told"),
    ("reviewer", "复查公证员", "notary who reviews"),
    ("verifier", "核实方式", "how it is verified"),
    ("reference", "依据编号", "number of the basis"),
    ("clause", "依据条款", "article"),
    ("day", "期限最后一日", "last day"),
    ("runs_from", "起算日", "day from which it runs"),
    ("on", "办理日期", "day on which it was done"),
    ("occurred_at", "发生时间", "when it happened"),
    ("cursor", "页码", "page"),
    ("actor", "办理人", "who acts"),
    ("case", "案件", "case"),
    ("alone", "单人办理的原因", "why one person decides"),
    ("applied_at", "申请时间", "when it was applied for"),
    ("approved_by", "批准人", "who approved it"),
    ("at", "地点", "place"),
    ("base_amount", "基准金额", "amount that the line goes by"),
    ("base_source", "基准金额的出处", "source of that amount"),
    ("belongs_to", "应负责的地方", "place that is responsible"),
    ("care", "特殊群体", "special care"),
    ("challenge", "回避理由", "reason of the challenge"),
    ("channel", "来访渠道", "channel"),
    ("contact", "联系方式", "how to reach the person"),
    ("copies", "份数", "copies"),
    ("division", "区划", "division"),
    ("epoch", "日志代次", "incarnation of the log"),
    ("event", "事件", "event"),
    ("exempt_group", "免予核查的人群", "exempt group"),
    ("files", "附件", "files"),
    ("grade", "评价等级", "grade"),
    ("ground", "依据", "ground"),
    ("handoff", "转办编号", "handoff"),
    ("handover", "移送编号", "number of the handing over"),
    ("hash", "文件校验值", "checksum of the file"),
    ("home_visit", "上门服务", "home visit"),
    ("household", "家庭人口", "household"),
    ("income", "家庭年收入", "income of the household"),
    ("interpreter", "需要翻译", "interpreter"),
    ("into", "并入的案件", "case that goes on"),
    ("keep_years", "保存年限", "years for which it is kept"),
    ("kind", "种类", "kind"),
    ("known_on", "知道的时间", "when it was known"),
    ("last_day", "截止日", "last day"),
    ("law", "法律依据", "law"),
    ("means", "经济状况", "means"),
    ("media_type", "文件类型", "type of the file"),
    ("named_by", "由谁选定", "who named them"),
    ("needs", "窗口须办事项", "what the window sees to"),
    ("obligation", "义务种类", "obligation"),
    ("opposed_to", "对方当事人的案件", "the other side's case"),
    ("other", "转办的其他事项", "other matter"),
    ("outcome", "结果", "outcome"),
    ("party", "当事人", "party"),
    ("performance", "履行情况", "performance"),
    ("piece", "分段序号", "piece"),
    ("purpose", "用途", "purpose"),
    ("received_on", "收到日期", "day of receipt"),
    ("related", "相关案件", "related cases"),
    ("remarks", "补正说明", "remarks on papers"),
    ("request", "办理方式", "request"),
    ("residence", "城乡类别", "town or country"),
    ("size", "文件大小", "size of the file"),
    ("source", "来源", "source"),
    ("subsidy_fen", "补贴金额", "subsidy"),
    ("urgent", "紧急", "urgency"),
    ("was", "原最后一日", "former last day"),
    ("years", "执业年限", "years of practice"),
    ("key", "表单", "form"),
];

/// What people call a field by its path: 第2人证件号码 for `applicant.people[1].document.number`.
///
/// ```
/// use onestop_proto::field_names::field_words;
/// let words = field_words("data.applicant.people[1].document.number");
/// assert_eq!(words.zh, "第2人证件号码");
/// assert_eq!(field_words("applicant.people[0].address").zh, "第1人住址");
/// assert_eq!(field_words("data.address").zh, "地址");
/// assert_eq!(field_words("no_such.field").zh, "所填内容");
/// ```
#[must_use]
pub fn field_words(path: &str) -> Words {
    let path = path.trim_start_matches("data.");
    let (zh, en) = if path.ends_with("document.number") {
        ("证件号码", "number of the document")
    } else if path == "address" {
        // Of a site or a unit; a person's is within the applicant.
        ("地址", "address")
    } else {
        let last = path.rsplit('.').next().unwrap_or_default();
        let last = last.split('[').next().unwrap_or_default();
        let known = NAMES.iter().find(|(name, _, _)| *name == last);
        known.map_or(OTHER, |(_, zh, en)| (*zh, *en))
    };
    let index = path.strip_prefix("applicant.people[");
    let index = index.and_then(|rest| rest.split_once(']')?.0.parse::<usize>().ok());
    if let Some(person) = index.map(|index| index.saturating_add(1)) {
        let zh = if path.ends_with(']') { "" } else { zh };
        return Words {
            zh: format!("第{person}人{zh}"),
            en: if path.ends_with(']') {
                format!("person {person}")
            } else {
                format!("{en} of person {person}")
            },
        };
    }
    let other = path.strip_prefix("applicant.respondents[");
    let other = other.and_then(|rest| rest.split_once(']')?.0.parse::<usize>().ok());
    if let Some(place) = other.map(|index| index.saturating_add(1)) {
        return Words {
            zh: format!("被申请人{place}{zh}"),
            en: format!("{en} of other party {place}"),
        };
    }
    let of_agent = path.starts_with("applicant.agent.");
    Words {
        zh: format!("{}{zh}", if of_agent { "代理人" } else { "" }),
        en: format!("{en}{}", if of_agent { " of the agent" } else { "" }),
    }
}

/// A text in both languages, as `中文 / English`; a text in one language is used for both.
#[must_use]
pub fn both_languages(text: &str) -> Words {
    let (zh, en) = text.split_once(" / ").unwrap_or((text, text));
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::field_words;
    use crate::rejection_texts::REJECTIONS;

    /// Sentences that only operators and programs meet.
    const TECHNICAL: [&str; 3] = ["parking-", "replication-", "api-"];
    const OF_OPERATORS: [&str; 6] = [
        "common-not-proven",
        "common-contradicted",
        "common-unavailable",
        "common-outcome-unknown",
        "common-not-ready",
        "common-storage-full",
    ];
    /// Facts that are names of programs; a page has names for the others.
    const NAMES: [&str; 9] = [
        "$command",
        "$draft",
        "$event",
        "$hash",
        "$handoff",
        "$possible",
        "$key",
        "$epoch",
        "$into",
    ];

    /// A word of a program: of a command line, or with hyphens or underscores inside.
    fn is_of_program(word: &str, tag: &str) -> bool {
        let inside = word.trim_matches(['-', '_']);
        let joined = inside.contains('_') || word == "onestop" || word.ends_with(".toml");
        let coded = tag != "en" && tag != "vi" && inside.contains('-');
        joined || coded
    }

    #[test]
    fn no_sentence_for_people_has_a_name_of_a_program() {
        let mut walked = 0;
        for (tag, text) in REJECTIONS {
            for line in text.lines() {
                let Some((id, sentence)) = line.split_once(" = ") else {
                    continue;
                };
                let technical = TECHNICAL.iter().any(|list| id.starts_with(list));
                if technical || id.starts_with('#') || OF_OPERATORS.contains(&id) {
                    continue;
                }
                walked += 1;
                for name in NAMES {
                    let is_cannot_merge = id == "intake-cannot-merge" && name == "$into";
                    assert!(
                        is_cannot_merge || !sentence.contains(name),
                        "{tag} {id}: {name}"
                    );
                }
                // A placeholder in braces is filled in.
                let words = sentence.split(['{', '}']).step_by(2);
                let words = words.flat_map(|part| {
                    part.split(|sign: char| {
                        !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.'))
                    })
                });
                for word in words {
                    assert!(!is_of_program(word, tag), "{tag} {id}: {word}");
                }
                let quoted = sentence.split('\'').skip(1).step_by(2);
                for word in quoted.filter(|quoted| quoted.is_ascii() && quoted.contains('-')) {
                    let plain = word.contains([' ', '{']);
                    assert!(plain, "{tag} {id}: '{word}'");
                }
            }
        }
        assert!(walked > 200, "only {walked}: have the catalogues moved?");
    }

    #[test]
    fn every_field_has_words() {
        for (path, zh, en) in [
            ("applicant.people[0].name", "第1人姓名", "name of person 1"),
            ("data.applicant.people[2]", "第3人", "person 3"),
            (
                "applicant.agent.phone",
                "代理人电话",
                "telephone of the agent",
            ),
            ("applicant.agent", "代理人", "agent"),
            ("materials[3].kind", "种类", "kind"),
            ("licence", "执业证号", "number of the licence"),
        ] {
            let words = field_words(path);
            assert_eq!((words.zh.as_str(), words.en.as_str()), (zh, en), "{path}");
        }
    }
}
