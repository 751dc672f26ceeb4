//! What a page says when it cannot be shown: what happened and what to do, in both languages, with the
//! status that programs understand. What goes wrong inside is logged, never shown.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    rejection::{Rejected, RejectionKind},
    text::Words,
};
use tracing::error;

use crate::auth::Session;

/// A page that cannot be shown.
#[derive(Debug)]
pub(crate) struct Oops {
    status: StatusCode,
    message: Words,
}

#[derive(Template)]
#[template(path = "oops.html")]
struct Page {
    status: u16,
    message: Words,
}

impl Oops {
    pub(crate) fn new(status: StatusCode, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (zh, en) = (zh.into(), en.into());
        let message = Words { zh, en };
        Self { status, message }
    }

    /// There is no such page, or it is not for this person: the same answer, so that nothing can be guessed.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "没有这个页面，或者您无权查看。请核对网址或案件编号。",
            "There is no such page, or it is not yours to see. Check the address or the case's number.",
        )
    }

    /// The role does not do this.
    pub(crate) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "您的岗位不办理此事。如确需办理，请联系本单位管理员。",
            "Your role does not do this. If it should, ask your unit's administrator.",
        )
    }

    /// A form that did not come from a page of this session.
    pub(crate) fn forged(session: &Session) -> Self {
        tracing::warn!(staff = %session.staff.id, "a form came without its session's secret");
        Self::new(
            StatusCode::FORBIDDEN,
            "这张表单不是从您当前登录的页面提交的，没有办理。请返回、刷新页面后再提交；您填写的内容不会丢失。",
            "The form did not come from a page of your present session; nothing was done. Go back, reload, and send it again: what you typed is kept.",
        )
    }

    /// A form whose fields do not read.
    pub(crate) fn form(problem: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("表单内容无法读取（{problem}）。请返回检查后再提交。"),
            format!("The form does not read ({problem}). Go back, check it and send it again."),
        )
    }

    /// Somebody tries too often.
    pub(crate) fn too_often() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "尝试次数过多。请五分钟后再试。",
            "Too many tries. Try again in five minutes.",
        )
    }
}

/// The status that says what sort of "no" it is.
pub(crate) fn status(kind: RejectionKind) -> StatusCode {
    match kind {
        RejectionKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RejectionKind::NotFound => StatusCode::NOT_FOUND,
        RejectionKind::Conflict => StatusCode::CONFLICT,
        RejectionKind::Forbidden => StatusCode::FORBIDDEN,
        RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl From<Rejected> for Oops {
    fn from(rejected: Rejected) -> Self {
        Self {
            status: status(rejected.kind),
            message: rejected.message,
        }
    }
}

impl From<ClientError> for Oops {
    fn from(error: ClientError) -> Self {
        if let ClientError::Decode { .. } = &error {
            error!(
                error = format!("{:#}", anyhow::anyhow!(error.to_string())),
                "an answer does not read"
            );
        }
        Self::from(error.into_rejected())
    }
}

impl From<anyhow::Error> for Oops {
    fn from(error: anyhow::Error) -> Self {
        error!(error = format!("{error:#}"), "a page failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "系统出错，没有办理。请稍后再试；如仍出错，请告知管理员出错的时间。",
            "Something failed here; nothing was done. Try again later, and tell the administrator the time if it goes on.",
        )
    }
}

impl From<askama::Error> for Oops {
    fn from(error: askama::Error) -> Self {
        Self::from(anyhow::Error::new(error))
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let page = Page {
            status: self.status.as_u16(),
            message: self.message,
        };
        let html = page.render().unwrap_or_else(|_| page.message.zh.clone());
        let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        (self.status, headers, html).into_response()
    }
}
