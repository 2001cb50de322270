//! One method against all its attempts, and the proof that what was refused left nothing behind.
//!
//! What a batch had accepted changes rows, so its refused calls are sent again by themselves, until none of them
//! is accepted any more: then no row may differ.

use futures::StreamExt as _;
use jianyi_testkit::eventually;
use prost_reflect::MethodDescriptor;
use tonic::Code;
use tonic::transport::Channel;

use super::judge::judge;
use super::rows::{Held, changed};
use super::send::{Answer, Attempt, send};
use super::{Fuzz, context, only_reads};

/// A refused call may become right by what was accepted after it; not often.
const AGAIN: usize = 8;

/// A call and the door it is sent to.
type Sending<'a> = (&'a Channel, &'a Attempt);

impl Fuzz {
    pub(super) async fn attack(&mut self, method: &MethodDescriptor) {
        let attempts = self.attempts(method);
        let channels = self.doors(&context(method));
        let mut batch: Vec<Sending<'_>> = channels
            .iter()
            .flat_map(|channel| attempts.iter().map(move |attempt| (channel, attempt)))
            .collect();
        let mut before = self.look(&context(method)).await;
        for _ in 0..AGAIN {
            let refused = self.send_all(method, &batch).await;
            let accepted = batch.len() - refused.len();
            if accepted == 0 || only_reads(method) {
                self.compare(method, &before, refused.len()).await;
                return;
            }
            let now = self.quiet(&context(method)).await;
            self.moved += usize::from(!changed(&before, &now).is_empty());
            before = now;
            batch = refused;
        }
        // It is missing among those that were checked, which is told at the end.
    }

    /// The gateway, and the service itself past it.
    fn doors(&self, context: &str) -> Vec<Channel> {
        let mut channels = vec![self.system.session.channel()];
        let services = &self.system.world.addresses().services;
        let own = services
            .iter()
            .find(|(name, _)| name.split('/').next() == Some(context))
            .filter(|(name, _)| *name != "gateway");
        if let Some((_, at)) = own {
            channels.push(jianyi_rpc::connect_lazy(&format!("http://{at}")).unwrap());
        }
        channels
    }

    /// What the databases of a context hold; those of all, when it has none of its own and speaks to everybody.
    async fn look(&mut self, context: &str) -> Held {
        let of_context = |instance: &str| instance.split('/').next() == Some(context);
        let has_own = self.databases.iter().any(|rows| of_context(&rows.instance));
        let mut held = Held::new();
        for rows in &mut self.databases {
            if !has_own || of_context(&rows.instance) {
                held.extend(rows.look().await);
            }
        }
        held
    }

    /// What they hold when all that was accepted has reached everybody.
    async fn quiet(&mut self, context: &str) -> Held {
        self.system.settle().await;
        let mut held = self.look(context).await;
        let mut same = 0;
        eventually!({
            let now = self.look(context).await;
            same = if now == held { same + 1 } else { 0 };
            held = now;
            same >= 2
        });
        held
    }

    async fn compare(&mut self, method: &MethodDescriptor, before: &Held, refused: usize) {
        let after = self.look(&context(method)).await;
        for change in changed(before, &after) {
            self.findings.push(format!(
                "{}: nothing was accepted, but {change}",
                method.full_name()
            ));
        }
        let checked = self.checked.entry(method.full_name().to_owned());
        *checked.or_default() += refused;
    }

    /// Sends a batch and judges the answers; which of its calls were refused.
    async fn send_all<'a>(
        &mut self,
        method: &MethodDescriptor,
        batch: &[Sending<'a>],
    ) -> Vec<Sending<'a>> {
        let answers: Vec<(Sending<'a>, Result<Answer, String>)> =
            futures::stream::iter(batch.iter().map(|(channel, attempt)| {
                let (channel, attempt) = (*channel, *attempt);
                async move { ((channel, attempt), send(channel.clone(), attempt).await) }
            }))
            .buffer_unordered(6)
            .collect()
            .await;
        let mut refused = Vec::new();
        for (sending, answer) in answers {
            let at = format!("{} ({})", method.full_name(), sending.1.what);
            let status = match answer {
                Ok(answer) => answer.status,
                Err(error) => {
                    self.findings.push(format!("{at}: no answer: {error}"));
                    continue;
                }
            };
            *self.counts.entry(status.code().into()).or_default() += 1;
            for bad in judge(&status, &self.telling) {
                self.findings.push(format!("{at}: {bad}: {status:?}"));
            }
            if status.code() != Code::Ok {
                refused.push(sending);
            }
        }
        refused
    }
}
