//! Names of everything there is, by kind, and which of them a field of a request wants to hear.

use std::collections::BTreeMap;

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::Policies;
use jianyi_tests::System;
use prost_reflect::prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MethodDescriptor, ReflectMessage as _,
    Value,
};

use super::hidden::{COUNTIES, Hidden, told};
use super::{path, places};
use crate::fuzz::send::{Attempt, frame, send};

/// Of each kind as many names are asked for; those that lead to somebody hidden come first.
const ASKED: usize = 4;

/// Resource names by the full name of their message.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Vec<String>>);

impl Names {
    /// What the lists tell about everything, as everybody who may read them.
    pub(super) async fn learn(system: &System, hidden: &[Hidden]) -> Self {
        let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
        let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
        let mut names = Self::default();
        // Children are listed by the names of their parents, which the first round finds.
        for _ in 0..2 {
            for method in pool
                .services()
                .flat_map(|service| service.methods().collect::<Vec<_>>())
                .filter(|method| method.name().starts_with("List"))
            {
                let policy = policies.of(&path(&method)).flatten();
                let Some((role, place)) = policy.and_then(|policy| places(policy).pop()) else {
                    continue;
                };
                let token = system.token_as(&role, place).await;
                for question in names.lists(&method) {
                    let attempt = Attempt {
                        what: "a list",
                        path: path(&method),
                        token: token.clone(),
                        body: frame(&question.encode_to_vec()),
                        headers: Vec::new(),
                    };
                    let answer = send(system.session.channel(), &attempt).await.unwrap();
                    if let Ok(answer) = DynamicMessage::decode(method.output(), answer.message) {
                        names.note(&answer, hidden);
                    }
                }
            }
        }
        names
    }

    fn lists(&self, method: &MethodDescriptor) -> Vec<DynamicMessage> {
        let mut question = DynamicMessage::new(method.input());
        if question.get_field_by_name("page_size").is_some() {
            question.set_field_by_name("page_size", Value::I32(500));
        }
        let Some(parent) = method.input().get_field_by_name("parent") else {
            return vec![question];
        };
        let parents = self.wanted(method, &parent).unwrap_or_default();
        parents
            .into_iter()
            .map(|parent| {
                let mut question = question.clone();
                question.set_field_by_name("parent", Value::String(parent));
                question
            })
            .collect()
    }

    fn note(&mut self, message: &DynamicMessage, hidden: &[Hidden]) {
        for (field, value) in message.fields() {
            if let Value::String(name) = value
                && field.name() == "name"
                && name.contains('/')
            {
                let kind = message.descriptor().full_name().to_owned();
                let known = self.0.entry(kind).or_default();
                if known.contains(name) {
                    continue;
                }
                if told(&message.encode_to_vec(), hidden).is_empty() {
                    known.push(name.clone());
                } else {
                    known.insert(0, name.clone());
                }
            } else if let Some(message) = value.as_message() {
                self.note(message, hidden);
            } else if let Some(list) = value.as_list() {
                for message in list.iter().filter_map(Value::as_message) {
                    self.note(message, hidden);
                }
            }
        }
    }

    /// Names of the kind that a field of a method's request expects, by what the contract says about it; `None`
    /// when it does not want a name.
    pub(super) fn wanted(
        &self,
        method: &MethodDescriptor,
        field: &FieldDescriptor,
    ) -> Option<Vec<String>> {
        if !matches!(field.kind(), Kind::String) || field.is_list() {
            return None;
        }
        let comment = comment(field);
        let named = |kind: &str| {
            let names = self.0.get(kind)?;
            Some(names.iter().take(ASKED).cloned().collect::<Vec<_>>())
        };
        let pattern = comment
            .split('`')
            .skip(1)
            .step_by(2)
            .find(|quoted| quoted.contains("/{"));
        match pattern {
            Some("counties/{county}") => {
                let counties = COUNTIES.map(|county| format!("counties/{county}"));
                return Some([vec!["counties/-".into()], counties.to_vec()].concat());
            }
            Some(pattern) => {
                let mut fitting: Vec<String> = Vec::new();
                for names in self.0.values() {
                    let of_kind = names.iter().filter(|name| fits(pattern, name));
                    fitting.extend(of_kind.take(ASKED).cloned());
                }
                return Some(fitting);
            }
            None => {}
        }
        if field.name() == "name" && self.0.contains_key(method.output().full_name()) {
            return named(method.output().full_name());
        }
        // `Resource name of the round`, `Only of this campaign`.
        let noun = ["name of the ", "name of a ", "name of an "]
            .iter()
            .find_map(|before| comment.split_once(before))
            .and_then(|(_, after)| after.split(|c: char| !c.is_ascii_alphabetic()).next())
            .unwrap_or(field.name());
        let package = method.parent_service().package_name().to_owned();
        let of_noun = |kind: &&String| {
            kind.strip_prefix(&format!("{package}."))
                .is_some_and(|kind| kind.to_lowercase().ends_with(noun))
        };
        // The shortest: `Campaign` before `SixEnterCampaign`.
        let own = self.0.keys().filter(of_noun).min_by_key(|kind| kind.len());
        let known = own.cloned().or_else(|| {
            ["Person", "Hero"]
                .iter()
                .find(|kind| kind.to_lowercase() == noun)
                .map(|kind| format!("jianyi.member.v1.{kind}"))
        });
        known.and_then(|kind| named(&kind))
    }
}

/// Whether a name has a pattern's form.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), name.split('/').collect());
    pattern.len() == name.len()
        && pattern
            .iter()
            .zip(&name)
            .all(|(part, word)| part.starts_with('{') || part == word)
}

/// What the contract says about a field.
fn comment(field: &FieldDescriptor) -> String {
    let file = field.parent_file();
    let source = file.file_descriptor_proto().source_code_info.as_ref();
    source
        .and_then(|source| source.location.iter().find(|at| at.path == field.path()))
        .and_then(|at| at.leading_comments.clone())
        .unwrap_or_default()
}
