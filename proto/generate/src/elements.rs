//! The elements that operations are described with: parameters, bodies, answers.

use onestop_proto::late_entry::LateReason;
use serde_json::{Value, json};

/// An idempotency key: a UUID of any version.
pub(crate) const IDEMPOTENCY_KEY: &str =
    "^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

/// A moment of RFC 3339. Not the format `date-time`: generators of clients take no headers of that.
const MOMENT: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$";

pub(crate) fn header(name: &str, text: &str, schema: &Value, required: bool) -> Value {
    parameter("header", name, text, schema, required)
}

pub(crate) fn parameter(
    place: &str,
    name: &str,
    text: &str,
    schema: &Value,
    required: bool,
) -> Value {
    json!({ "in": place, "name": name, "description": text, "required": required, "schema": schema })
}

/// A body of at most so many bytes.
pub(crate) fn body_of(schema: &Value, limit: usize) -> Value {
    json!({
        "required": true,
        "description": format!("At most {limit} bytes"),
        "content": { "application/json": { "schema": schema } },
    })
}

pub(crate) fn json_answer(text: &str, schema: &Value, headers: &Value) -> Value {
    json!({
        "description": text,
        "headers": headers,
        "content": { "application/json": { "schema": schema } },
    })
}

pub(crate) fn command_headers() -> Vec<Value> {
    vec![
        header(
            "Idempotency-Key",
            "A new UUID, such as of version 4 or 7. Sent again with the same request, it gets the first answer again",
            &json!({ "type": "string", "pattern": IDEMPOTENCY_KEY }),
            true,
        ),
        header(
            "If-Match",
            "The ETag that the decision rests on. If the case has moved on since, it is refused with 412",
            &json!({ "type": "string", "pattern": "^(\"[0-9]{1,18}\"|\\*)$" }),
            false,
        ),
        header(
            "Occurred-At",
            "When it happened (RFC 3339), if that was earlier: a paper registration entered later",
            &json!({ "type": "string", "pattern": MOMENT, "examples": ["2026-03-02T09:30:00+08:00"] }),
            false,
        ),
        header(
            "Late-Reason",
            "Why it is entered late, where the directory's limits ask for a reason (补录事由)",
            &json!({ "type": "string", "enum": LateReason::ALL }),
            false,
        ),
        header(
            "Late-Approver",
            "Which other person approves that, where the limits ask for it: an account, or one-person-office where the directory names the unit as one",
            &json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$" }),
            false,
        ),
        header(
            "Late-Approval",
            "That person's own approval of the command with this key and these data, where it was signed elsewhere: a token (PASETO v4.public) of 'onestop approve-late-entry'. Without it the person is asked in the workbench; once they have approved, the same request with the same key is carried out",
            &json!({ "type": "string", "pattern": "^v4\\.public\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$" }),
            false,
        ),
    ]
}

pub(crate) fn command_answer(opens: bool) -> Value {
    let mut headers = json!({
        "ETag": { "description": "The revision after it", "schema": { "type": "string" } },
        "Position": {
            "description": "Hand it to a question as 'after' to read what was written",
            "schema": { "type": "string" },
        },
    });
    if opens {
        headers["Location"] = json!({ "description": "The case", "schema": { "type": "string" } });
    }
    headers
}
