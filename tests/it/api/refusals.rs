//! Whatever is refused is a problem: typed, in both languages, with the field that is to be mended.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Web, body, key, open, refused, started};
use crate::test_user::unit;

/// A request without credentials.
fn bare(clerk: &Web, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}/api/v1{path}", clerk.base);
    clerk.client.request(method, url)
}

fn with_json(request: RequestBuilder, text: &str) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(text.to_owned())
}

fn post(clerk: &Web, path: &str) -> RequestBuilder {
    clerk.ask(Method::POST, path)
}

fn keyed(clerk: &Web, path: &str) -> RequestBuilder {
    post(clerk, path).header("idempotency-key", key().to_string())
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let case = body(clerk.open(key()).await).await["case"]
        .as_str()
        .unwrap()
        .to_owned();
    requests_that_cannot_be_read(&clerk).await;
    requests_for_what_is_not_theirs(&clerk, &case).await;
    what_is_to_be_mended_is_named(&clerk).await;
    for wrong in parameters(&clerk, &case)
        .into_iter()
        .chain(parameters_of_a_period(&clerk))
        .chain(parameters_of_the_directory(&clerk))
        .chain(headers(&clerk))
        .chain(whole_requests(&clerk))
        .chain(bodies(&clerk))
    {
        wrong.check().await;
    }
}

/// A request with something wrong, and what its refusal says in each language: the fields by their names, and what is right.
struct Wrong {
    asked: RequestBuilder,
    refusal: (u16, &'static str),
    zh: &'static [&'static str],
    en: &'static [&'static str],
}

/// What parsers and programs say, and people do not.
const OF_PROGRAMS: [&str; 12] = [
    "expected",
    "invalid type",
    "invalid value",
    "failed to",
    "struct",
    "variant",
    "enum",
    "u8",
    "u32",
    "`",
    "::",
    "data.",
];

/// What parsers say, and no part of a refusal repeats.
const OF_PARSERS: [&str; 7] = [
    "expected",
    "invalid type",
    "invalid value",
    "missing field",
    "unknown field",
    "unknown variant",
    "`",
];

impl Wrong {
    async fn check(self) {
        let (status, code) = self.refusal;
        let asked = self.asked.header("accept-language", "en");
        let problem = refused(asked, status, code).await;
        assert_eq!(problem["detail"], problem["message"]["en"]);
        let machine = [&problem["details"], &problem["errors"]].map(ToString::to_string);
        for said in machine {
            let of_parser = OF_PARSERS.iter().find(|word| said.contains(*word));
            assert_eq!(of_parser, None, "{said}");
        }
        for (language, wanted) in [("zh", self.zh), ("en", self.en)] {
            let said = problem["message"][language].as_str().unwrap();
            for part in wanted {
                assert!(said.contains(part), "no '{part}' in: {said}");
            }
            let of_program = OF_PROGRAMS.iter().find(|word| said.contains(*word));
            assert_eq!(of_program, None, "{said}");
        }
    }
}

fn parameters(clerk: &Web, case: &str) -> Vec<Wrong> {
    let wrong = |path: &str, zh, en| Wrong {
        asked: clerk.get(path),
        refusal: (422, "malformed"),
        zh,
        en,
    };
    vec![
        // All at once.
        wrong(
            "/cases?limit=many&open=maybe&colour=red&item=a&item=b",
            &[
                "每页条数：请填整数，例如 20",
                "是否在办：请填 true",
                "没有“colour”",
                "诉求类别：填写了两次",
            ],
            &[
                "number of rows: give a whole number, such as 20",
                "open: give true or false",
                "no 'colour'",
                "item: it is given twice",
            ],
        ),
        wrong(
            "/cases?limit=",
            &["每页条数", "例如 20"],
            &["number of rows", "such as 20"],
        ),
        wrong(
            "/cases?item=Legal+Aid",
            &["诉求类别", "例如 legal-aid"],
            &["item", "such as legal-aid"],
        ),
        wrong(
            "/cases?within=53082",
            &["所在区划", "“53082”不是区划代码", "530821"],
            &["division within which", "530821"],
        ),
        wrong(
            "/cases?after=here",
            &["应包含的位置", "Position"],
            &["position that the answer includes", "Position"],
        ),
        wrong(
            "/cases/5",
            &["案件", "“5”不是案件", "s4k2m9qxa-261123-001"],
            &["case", "s4k2m9qxa-261123-001"],
        ),
        wrong(
            &format!("/cases/{case}/replay?as_of=tomorrow"),
            &["截至时间", "“tomorrow”不是时间", "2026年3月4日 15:20"],
            &["time up to which it counts", "2026-03-04 15:20"],
        ),
    ]
}

/// Called by what the question means.
fn parameters_of_a_period(clerk: &Web) -> Vec<Wrong> {
    let wrong = |path: &str, zh, en| Wrong {
        asked: clerk.get(path),
        refusal: (422, "malformed"),
        zh,
        en,
    };
    vec![
        wrong(
            "/timeliness?from=yesterday&to=tomorrow",
            &[
                "统计起始时间：“yesterday”不是时间",
                "统计截止时间：“tomorrow”不是时间",
            ],
            &[
                "beginning of the period: 'yesterday' is not a time",
                "end of the period: 'tomorrow' is not a time",
            ],
        ),
        wrong(
            "/timeliness",
            &["统计起始时间：没有填写", "统计截止时间：没有填写"],
            &["beginning of the period: it is missing"],
        ),
    ]
}

/// Without a token.
fn parameters_of_the_directory(clerk: &Web) -> Vec<Wrong> {
    let wrong = |path: &str, zh, en| Wrong {
        asked: bare(clerk, Method::GET, path),
        refusal: (422, "malformed"),
        zh,
        en,
    };
    vec![
        wrong(
            "/directory/divisions",
            &["内容", "没有填写"],
            &["text", "missing"],
        ),
        wrong(
            "/directory/divisions?within=5",
            &["所在区划", "530821"],
            &["division within which", "530821"],
        ),
    ]
}

fn headers(clerk: &Web) -> Vec<Wrong> {
    let post = |given: &[(&'static str, &str)]| {
        let mut asked = clerk.ask(Method::POST, "/cases");
        for (name, value) in given {
            asked = asked.header(*name, *value);
        }
        with_json(asked, "{}")
    };
    let wrong = |asked, zh, en| Wrong {
        asked,
        refusal: (400, "bad-header"),
        zh,
        en,
    };
    vec![
        // All at once, the missing key too.
        wrong(
            post(&[
                ("occurred-at", "tomorrow"),
                ("if-match", "7"),
                ("late-reason", "because"),
                ("late-approver", "LI"),
            ]),
            &[
                "If-Match：",
                "\"7\"",
                "Occurred-At：“tomorrow”不是时间",
                "2026年3月4日 15:20",
                "Late-Reason：“because”不在可选范围内",
                "outage",
                "Late-Approver：“LI”不是账号",
                "zhang-li",
                "Idempotency-Key：没有填写",
            ],
            &[
                "If-Match: ",
                "\"7\"",
                "Occurred-At: 'tomorrow' is not a time",
                "Late-Reason: 'because' is none of the choices",
                "outage",
                "Late-Approver: 'LI' is not a staff id",
                "Idempotency-Key: it is missing",
            ],
        ),
        wrong(
            post(&[("idempotency-key", "1")]),
            &["Idempotency-Key", "UUID，例如"],
            &["Idempotency-Key", "such as"],
        ),
        wrong(
            clerk.get("/cases").header("after", "here"),
            &["After", "Position"],
            &["After", "Position"],
        ),
    ]
}

/// One answer names what is wrong with headers, address and body.
fn whole_requests(clerk: &Web) -> Vec<Wrong> {
    let asked = clerk.ask(Method::POST, "/cases/5/intake/withdraw");
    let asked = asked.header("late-approver", "li-hua");
    vec![Wrong {
        asked: with_json(asked, r#"{ "why": 5, "colour": "red" }"#),
        refusal: (400, "bad-header"),
        zh: &[
            "Late-Reason：写了批准人",
            "Occurred-At：写了补录的情况",
            "Idempotency-Key：没有填写",
            "案件：“5”不是案件",
            "没有“colour”",
        ],
        en: &[
            "Late-Reason: an approver is named",
            "Occurred-At: a late entry is described",
            "Idempotency-Key: it is missing",
            "case: '5' is not a case",
            "no 'colour'",
        ],
    }]
}

fn bodies(clerk: &Web) -> Vec<Wrong> {
    let post = |text: &str| with_json(keyed(clerk, "/cases"), text);
    let not_json = |text: &str, zh, en| Wrong {
        asked: post(text),
        refusal: (400, "not-json"),
        zh,
        en,
    };
    let mut several = open();
    several["place"] = json!("5");
    several["urgent"] = json!("yes");
    several["channel"] = json!("smoke");
    several["colour"] = json!("red");
    several["applicant"]["people"] = json!("岩温");
    vec![
        not_json("{", &["第 1 行", "例如"], &["line 1", "such as"]),
        not_json(
            r#"{"item":"a","item":"b"}"#,
            &["“item”写了两次"],
            &["'item' occurs twice"],
        ),
        Wrong {
            asked: post(&several.to_string()),
            refusal: (422, "malformed"),
            zh: &[
                "管辖地：“5”不是区划代码",
                "530821",
                "紧急：请填 true",
                "来访渠道：“smoke”不在可选范围内",
                "window",
                "没有“colour”",
                "申请人：请填列表",
            ],
            en: &[
                "place: '5' is not a division code",
                "530821",
                "urgency: give true or false",
                "channel: 'smoke' is none of the choices",
                "window",
                "no 'colour'",
                "applicants: give a list",
            ],
        },
    ]
}

/// Not signed in, without a key, of a wrong type, not JSON, too large.
async fn requests_that_cannot_be_read(clerk: &Web) {
    refused(bare(clerk, Method::GET, "/cases"), 401, "not-signed-in").await;
    let whole = open().to_string();
    refused(with_json(post(clerk, "/cases"), &whole), 400, "missing-key").await;
    refused(
        with_json(post(clerk, "/cases").header("idempotency-key", "1"), "{}"),
        400,
        "bad-header",
    )
    .await;
    refused(with_json(keyed(clerk, "/cases"), "{"), 400, "not-json").await;
    refused(keyed(clerk, "/cases").body("{}"), 415, "wrong-type").await;
    // Also while the client still sends, and the connection goes on: many in a row, for some would get through.
    for _ in 0..20 {
        let large = with_json(keyed(clerk, "/cases"), &"\"".repeat(400_000));
        refused(large, 413, "too-large").await;
        let nobodys = bare(clerk, Method::POST, "/cases").body("x".repeat(400_000));
        refused(nobodys, 401, "not-signed-in").await;
    }
}

/// What there is not, and what is for others.
async fn requests_for_what_is_not_theirs(clerk: &Web, case: &str) {
    let put = refused(clerk.ask(Method::PUT, "/cases"), 405, "wrong-method").await;
    assert_eq!(put["details"]["allowed"], "POST,GET,HEAD", "{put}");
    let compressed = clerk
        .ask(Method::GET, "/track")
        .header("accept-encoding", "gzip");
    let read = refused(compressed, 405, "wrong-method").await;
    assert_eq!(read["details"]["allowed"], "POST", "{read}");
    refused(clerk.get("/nothing"), 404, "unknown-address").await;
    refused(
        clerk.get("/cases").header("accept", "text/html"),
        406,
        "not-acceptable",
    )
    .await;
    refused(
        clerk.get("/services/intake/log?from=0&limit=1"),
        403,
        "whole-only",
    )
    .await;
    refused(clerk.get("/webhooks"), 403, "administrators-only").await;
    let other_site =
        with_json(keyed(clerk, "/cases"), "{}").header("origin", "https://elsewhere.example");
    refused(other_site, 403, "other-site").await;
    let unknown = format!("/cases/{}", key());
    refused(clerk.get(&unknown), 404, "unknown-case").await;
    let county = unit("530821.legal-aid");
    refused(
        clerk.get(&format!("/units/{county}/handoffs")),
        403,
        "not-your-unit",
    )
    .await;
    let grant = clerk.post(&format!("/cases/{case}/legal-aid/grant"), key(), &json!({}));
    refused(grant, 403, "not-permitted").await;
}

/// What is to be mended is named, in the language asked for.
async fn what_is_to_be_mended_is_named(clerk: &Web) {
    let problem = refused(clerk.get("/cases?colour=red"), 422, "malformed").await;
    assert_eq!(problem["field"], "colour");
    assert_eq!(problem["detail"], problem["message"]["zh"]);
    let mut wrong = open();
    wrong["item"] = json!("no-such-item");
    let asked = clerk
        .post("/cases", key(), &wrong)
        .header("accept-language", "en");
    let problem = refused(asked, 422, "item-not-offered").await;
    assert_eq!(problem["field"], "item");
    assert_eq!(problem["detail"], problem["message"]["en"]);
}
