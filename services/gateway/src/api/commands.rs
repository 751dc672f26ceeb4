//! Forwards commands to their services.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, RawPathParams, RawQuery, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use onestop_chassis::client::CommandMeta;
use onestop_proto::{
    actor::known_service,
    case,
    command::Execution,
    http::{ApiRejection, BASE},
    ids::CaseRef,
    problem_words::own,
    rejection::{CommonRejection, Malformed, Misfit},
};
use serde_json::Value;

use super::{
    Address,
    error::ApiError,
    headers::CommandHeaders,
    named_case,
    params::{self, Sent},
    principal::Principal,
    strict_json::{self, NotStrict},
    unknown_matter::unknown_matter,
};
use crate::{
    app::App,
    core::command_schema,
    identity::{late_approval, scope::Scope},
};

pub(super) fn route(address: &'static Address) -> MethodRouter<App> {
    let send = post(
        move |State(app): State<App>,
              principal: Principal,
              path: RawPathParams,
              RawQuery(query): RawQuery,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            let sent = Sent {
                path: &path,
                query: query.as_deref(),
                headers: &headers,
            };
            send(&app, address, principal, sent, body).await
        },
    );
    send.layer(DefaultBodyLimit::max(address.operation.body_limit()))
}

async fn send(
    app: &App,
    address: &Address,
    principal: Principal,
    sent: Sent<'_>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    principal.require(match address.operation.service {
        case::SERVICE => Scope::Intake,
        _ => Scope::Decide,
    })?;
    params::none(sent.query)?;
    let limit = address.operation.body_limit();
    let (case, data) = (
        named_case::parse(sent.path),
        parse_json(sent.headers, body, limit),
    );
    let unknown = matter_misfits(app, address, &data);
    let CommandHeaders {
        key,
        revision,
        occurred_at,
        late_entry,
    } = CommandHeaders::read(sent.headers, || {
        [misfits(address, &case, &data), unknown.clone()].concat()
    })?;
    if let Some(malformed) = malformed(address, &case, &data, unknown) {
        return Err(CommonRejection::from(malformed).into());
    }
    let service = address.operation.service;
    let case = named_case::read(app, &principal, sent.path, service, None).await?;
    let meta = CommandMeta {
        id: key,
        actor: principal.actor,
        case,
        expected_revision: revision,
        occurred_at,
        late_entry,
    };
    let service = known_service(address.operation.service);
    let opens = meta.case.is_none() && address.operation.path == "/cases";
    let command = (address.operation.name, data?);
    let accepted = late_approval::send(app, &service, meta, command).await?;
    let mut response = axum::Json(&accepted).into_response();
    let mut put = |name: &'static str, text: String| {
        // Numbers and ids are ASCII.
        if let Ok(value) = text.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    put("etag", format!("\"{}\"", accepted.revision));
    put("position", app.positions.seal(&accepted.at));
    if opens {
        put("location", format!("{BASE}/cases/{}", accepted.case));
    }
    if opens && accepted.answer == Execution::First {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

/// What does not fit of a command about no case there is, or with an unknown matter. Such a matter alone is intake's to refuse: it
/// says which there are.
fn malformed(
    address: &Address,
    case: &Result<Option<CaseRef>, Misfit>,
    data: &Result<Value, ApiError>,
    unknown: Vec<Misfit>,
) -> Option<Malformed> {
    if case.is_ok() && unknown.is_empty() {
        return None;
    }
    let mut misfits = misfits(address, case, data);
    if !misfits.is_empty() {
        misfits.extend(unknown);
    }
    Malformed::of(misfits)
}

/// What the directory does not have of the matter of a case that is to be opened.
fn matter_misfits(app: &App, address: &Address, data: &Result<Value, ApiError>) -> Vec<Misfit> {
    let opens = address.operation.service == case::SERVICE && address.operation.path == "/cases";
    let data = data.as_ref().ok().filter(|_| opens);
    data.map_or_else(Vec::new, |data| unknown_matter(data, &app.directory))
}

/// What of a command does not fit besides its headers: the case in the address, and the body.
fn misfits(
    address: &Address,
    case: &Result<Option<CaseRef>, Misfit>,
    data: &Result<Value, ApiError>,
) -> Vec<Misfit> {
    let mut misfits: Vec<Misfit> = case.as_ref().err().cloned().into_iter().collect();
    let operation = &address.operation;
    match data {
        Ok(data) => {
            misfits.extend(command_schema::misfits(
                operation.service,
                operation.name,
                data,
            ));
        }
        Err(ApiError::ApiRejection(ApiRejection::NotJson { problem, field })) => {
            misfits.push(Misfit {
                field: field.clone().unwrap_or_else(|| "data".to_owned()),
                problem: problem.clone(),
            });
        }
        Err(ApiError::ApiRejection(ApiRejection::WrongType {})) => misfits.push(Misfit {
            field: "Content-Type".to_owned(),
            problem: own::JSON_ALONE.en.to_owned(),
        }),
        Err(ApiError::ApiRejection(
            ApiRejection::EncodedBody { .. } | ApiRejection::OtherCharset { .. },
        )) => misfits.push(Misfit {
            field: "Content-Type".to_owned(),
            problem: own::UTF_8.en.to_owned(),
        }),
        // A body that did not come whole is refused by itself.
        Err(_) => {}
    }
    misfits
}

/// Refuses a body that is no plain JSON in UTF-8 by its headers.
fn check_encoding(given: &HeaderMap) -> Result<(), ApiRejection> {
    let sent = |name| {
        given
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let mut parts = sent(header::CONTENT_TYPE).unwrap_or_default().split(';');
    let kind = parts.next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(ApiRejection::WrongType {});
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"'))
    });
    let is_utf_8 = |charset: &&str| {
        let known = ["utf-8", "utf8", "us-ascii"];
        known.iter().any(|one| charset.eq_ignore_ascii_case(one))
    };
    if let Some(other) = charset.filter(|charset| !is_utf_8(charset)) {
        let charset = other.to_owned();
        return Err(ApiRejection::OtherCharset { charset });
    }
    match sent(header::CONTENT_ENCODING) {
        None => Ok(()),
        Some(plain) if plain.trim().eq_ignore_ascii_case("identity") => Ok(()),
        Some(encoding) => Err(ApiRejection::EncodedBody {
            encoding: encoding.to_owned(),
        }),
    }
}

/// Parses the body as JSON. The limit is that of its address.
pub(super) fn parse_json(
    given: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    limit: usize,
) -> Result<Value, ApiError> {
    check_encoding(given)?;
    let body = body.map_err(|rejection| match rejection.status().as_u16() {
        413 => ApiRejection::TooLarge {
            limit: limit as u64,
        },
        _ => ApiRejection::NotJson {
            problem: own::BROKEN_OFF.en.to_owned(),
            field: None,
        },
    })?;
    strict_json::parse(&body)
        .map_err(|NotStrict { problem, field }| ApiRejection::NotJson { problem, field }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_no_plain_text_is_refused_by_what_it_is() {
        let refused = |headers: &[(header::HeaderName, &'static str)]| {
            let mut given = HeaderMap::new();
            for (name, value) in headers {
                given.insert(name.clone(), header::HeaderValue::from_static(value));
            }
            check_encoding(&given).err()
        };
        let json = (header::CONTENT_TYPE, "application/json; charset=UTF-8");
        assert_eq!(refused(std::slice::from_ref(&json)), None);
        let plain = (header::CONTENT_ENCODING, "identity");
        assert_eq!(refused(&[json.clone(), plain]), None);
        let encoding = "gzip".to_owned();
        let packed = refused(&[json, (header::CONTENT_ENCODING, "gzip")]);
        assert_eq!(packed, Some(ApiRejection::EncodedBody { encoding }));
        let charset = "gbk".to_owned();
        let other = refused(&[(header::CONTENT_TYPE, "application/json; charset=\"gbk\"")]);
        assert_eq!(other, Some(ApiRejection::OtherCharset { charset }));
        let form = refused(&[(header::CONTENT_TYPE, "text/plain")]);
        assert_eq!(form, Some(ApiRejection::WrongType {}));
    }
}
