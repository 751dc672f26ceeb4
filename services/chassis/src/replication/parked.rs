//! What is parked: shown, tried again, skipped.

use anyhow::anyhow;
use onestop_proto::{
    command::{AcceptedCommand, Request},
    envelope::Envelope,
    ids::{CaseId, CaseRef},
    parking::{Event, Parked, ParkedCase, ParkedCases, Rejection, Skip, Taken},
    query::{LogPage, LogQuery},
    rejection::{CommonRejection, Explain, Malformed},
};

use super::processor::{Processor, stream};
use crate::{
    parking::{self, ParkedQueue},
    service::{Failure, Service},
    store::{Cursor, EventMeta, StoreError, followed},
};

impl<S: Service> Processor<S> {
    /// Counts what is parked, for the metric: at start, when nobody has counted yet.
    pub(crate) fn count_parked(&self) -> Result<(), StoreError> {
        let mut count = 0;
        for lot in self.lots()? {
            count += i64::try_from(lot.waiting.len()).unwrap_or(i64::MAX);
        }
        self.metrics.parked.set(count);
        Ok(())
    }

    pub(super) fn lot(&self, case: CaseId) -> Result<Option<ParkedQueue>, StoreError> {
        let lot = self.store.load(&stream(case), &parking::RULES)?;
        Ok(lot.map(|(lot, _)| lot))
    }

    pub(super) fn first_parked(&self, case: CaseId) -> Result<Option<Parked>, StoreError> {
        let lot = self.lot(case)?;
        Ok(lot.and_then(|lot| lot.first().cloned()))
    }

    /// Everything that is parked.
    pub(crate) fn parked(&self) -> Result<ParkedCases, Failure> {
        let cases = self.lots()?;
        Ok(ParkedCases { cases })
    }

    fn lots(&self) -> Result<Vec<ParkedCase>, StoreError> {
        let mut cases = Vec::new();
        for stream in self.store.log().streams(parking::STREAMS) {
            let case = stream.as_str().strip_prefix(parking::STREAMS);
            let Some(case) = case.and_then(|case| case.parse::<CaseId>().ok()) else {
                continue;
            };
            let waiting = self.lot(case)?.map_or_else(Vec::new, |lot| lot.waiting);
            if !waiting.is_empty() {
                cases.push(ParkedCase { case, waiting });
            }
        }
        Ok(cases)
    }

    /// Leaves out the first parked event of a case.
    pub(crate) async fn skip(
        &self,
        request: &Request,
        skip: &Skip,
    ) -> Result<AcceptedCommand, Failure> {
        let case = case_of(request)?;
        self.answers_for(request, case)?;
        let meta = EventMeta::from_request("skip-parked", request, case);
        let decide = |lot: Option<&ParkedQueue>, _| {
            parking::skip(lot, skip, Rejection::NothingParked { case })
        };
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, &meta, None, &parking::RULES, decide)
            .await?;
        self.metrics.parked.dec();
        Ok(done.0)
    }

    /// Tries the parked events of a case again, in their order, until one fails.
    pub(crate) async fn retry(&self, request: &Request) -> Result<AcceptedCommand, Failure> {
        let case = case_of(request)?;
        self.answers_for(request, case)?;
        let mut done = Err(Rejection::NothingParked { case }.rejected().into());
        // What comes while this goes on may park behind it: until nothing waits.
        while let Some(parked) = self.first_parked(case)? {
            done = Ok(self.retry_one(&parked).await?);
        }
        done
    }

    /// Whoever does not answer for where it is parked is told that nothing is.
    fn answers_for(&self, request: &Request, case: CaseId) -> Result<(), Failure> {
        let actor = &request.actor;
        match self.first_parked(case)? {
            Some(parked) if !self.service.oversees(actor, parked.division) => {
                Err(Rejection::NothingParked { case }.rejected().into())
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn retry_one(&self, parked: &Parked) -> Result<AcceptedCommand, Failure> {
        let envelope = self.fetch(parked).await?;
        let gate = self.gates.get(&envelope.source.service);
        let gate =
            gate.ok_or_else(|| Failure::Internal(anyhow!("nobody listens to this source")))?;
        let _gate = gate.lock().await;
        // The cursor is past it: it is set to where it stands.
        let heard = followed(&self.sources.progress(), &envelope.source);
        let heard = heard.ok_or_else(|| Failure::Internal(anyhow!("it was never heard")))?;
        let cursor = Cursor::new(&envelope.source, heard.0, heard.1);
        if let Err(error) = self.handle(&envelope, &cursor).await {
            let problem = format!("{error:#}");
            let event = parked.event;
            return Err(Rejection::StillFails { event, problem }.rejected().into());
        }
        let event = parked.event;
        let taken = |_: Option<&ParkedQueue>| Ok(vec![Event::from(Taken { event })]);
        let noted = self.note(&envelope, None, "taken", taken).await;
        let noted = noted.map_err(Failure::Internal)?;
        self.metrics.parked.dec();
        Ok(noted)
    }

    /// The event itself, from its source's log.
    async fn fetch(&self, parked: &Parked) -> Result<Envelope, Failure> {
        let source = &parked.at.source;
        let query = LogQuery {
            from: parked.at.position,
            limit: 1,
        };
        let page: Result<LogPage, _> = self.client.question_at(source, "log", &query).await;
        let page = page.map_err(crate::client::ClientError::into_rejected)?;
        let who = source.to_string();
        let found = page.events.into_iter().next();
        let found = found.filter(|envelope| envelope.id == parked.event);
        found.ok_or_else(|| CommonRejection::Unavailable { who }.rejected().into())
    }
}

fn case_of(request: &Request) -> Result<CaseId, Failure> {
    match request.case {
        Some(CaseRef::Id(case)) => Ok(case),
        Some(CaseRef::Number(_)) | None => {
            let malformed = Malformed {
                field: "case".to_owned(),
                problem: "the case id is needed here; intake knows it by the number".to_owned(),
            };
            Err(CommonRejection::from(malformed).rejected().into())
        }
    }
}
