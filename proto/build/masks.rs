//! Writes `impl Mask` for every message: what a field's options say is done to it, and nothing can be forgotten.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor};

/// The whole file of implementations.
pub(crate) fn write(pool: &DescriptorPool) -> Result<String, String> {
    let masks = Masks::of(pool)?;
    let mut code = String::new();
    for message in messages(pool) {
        let path = rust_path(&message);
        let mut body = String::new();
        for field in message
            .fields()
            .filter(|field| field.containing_oneof().is_none_or(|it| is_synthetic(&it)))
        {
            body += &masks.field(&field)?;
        }
        for oneof in message.oneofs().filter(|it| !is_synthetic(it)) {
            body += &masks.oneof(&message, &oneof)?;
        }
        let named = message.fields().any(|field| {
            field.name() == "name"
                && matches!(field.kind(), Kind::String)
                && !field.is_list()
                && !field.field_descriptor_proto().proto3_optional()
        });
        let resource = if named {
            "fn resource(&self) -> Option<&str> { Some(self.name.as_str()).filter(|name| !name.is_empty()) }"
        } else {
            ""
        };
        writeln!(
            code,
            "impl ::jianyi_kernel::Mask for {path} {{ fn mask(&mut self) {{ {body} }} {resource} }}"
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(code)
}

/// A `proto3 optional` field lies in a oneof of its own.
fn is_synthetic(oneof: &OneofDescriptor) -> bool {
    oneof.fields().len() == 1
        && oneof
            .fields()
            .all(|field| field.field_descriptor_proto().proto3_optional())
}

struct Masks {
    sensitive: prost_reflect::ExtensionDescriptor,
    mask: prost_reflect::ExtensionDescriptor,
    /// Messages with something to cover in them, at any depth.
    telling: BTreeSet<String>,
}

impl Masks {
    fn of(pool: &DescriptorPool) -> Result<Self, String> {
        let option = |name: &str| {
            pool.get_extension_by_name(name)
                .ok_or_else(|| format!("no option {name}"))
        };
        let mut masks = Self {
            sensitive: option("jianyi.api.v1.sensitive")?,
            mask: option("jianyi.api.v1.mask")?,
            telling: BTreeSet::new(),
        };
        loop {
            let before = masks.telling.len();
            for message in messages(pool) {
                let tells = message
                    .fields()
                    .any(|field| match field.kind().as_message() {
                        Some(inner) => masks.telling.contains(inner.full_name()),
                        None => masks.is_sensitive(&field),
                    });
                if tells {
                    masks.telling.insert(message.full_name().to_owned());
                }
            }
            if masks.telling.len() == before {
                return Ok(masks);
            }
        }
    }

    fn is_sensitive(&self, field: &FieldDescriptor) -> bool {
        field.options().get_extension(&self.sensitive).as_bool() == Some(true)
    }

    fn field(&self, field: &FieldDescriptor) -> Result<String, String> {
        let name = field_name(field.name());
        if let Kind::Message(inner) = field.kind() {
            return Ok(if !self.telling.contains(inner.full_name()) {
                String::new()
            } else if field.is_map() {
                format!("for value in self.{name}.values_mut() {{ value.mask(); }} ")
            } else if field.is_list() {
                format!("for value in &mut self.{name} {{ value.mask(); }} ")
            } else {
                format!("if let Some(value) = &mut self.{name} {{ value.mask(); }} ")
            });
        }
        let Some(cover) = self.cover(field)? else {
            return Ok(String::new());
        };
        Ok(if field.is_list() {
            format!("for value in &mut self.{name} {{ {cover} }} ")
        } else if field.field_descriptor_proto().proto3_optional() {
            format!("if let Some(value) = &mut self.{name} {{ {cover} }} ")
        } else {
            format!("{{ let value = &mut self.{name}; {cover} }} ")
        })
    }

    /// The statement that covers `value`, when there is something to cover.
    fn cover(&self, field: &FieldDescriptor) -> Result<Option<String>, String> {
        let number = field
            .options()
            .get_extension(&self.mask)
            .as_enum_number()
            .unwrap_or_default();
        if !self.is_sensitive(field) {
            return match number {
                0 => Ok(None),
                _ => Err(format!("{} is masked but not sensitive", field.full_name())),
            };
        }
        if !matches!(field.kind(), Kind::String) && number != 7 {
            return Err(format!("{}: only texts are masked", field.full_name()));
        }
        let function = match number {
            0 => return Ok(Some("value.clear();".into())),
            1 => "name",
            2 => "citizen_id",
            3 => "phone",
            4 => "number",
            5 => "year",
            6 => "address",
            7 => return Ok(None),
            other => return Err(format!("{} has an unknown mask {other}", field.full_name())),
        };
        Ok(Some(format!(
            "*value = ::jianyi_kernel::mask::{function}(value);"
        )))
    }

    fn oneof(
        &self,
        message: &MessageDescriptor,
        oneof: &OneofDescriptor,
    ) -> Result<String, String> {
        let mut arms = String::new();
        for field in oneof.fields() {
            let cover = match field.kind().as_message() {
                Some(inner) if self.telling.contains(inner.full_name()) => {
                    Some("value.mask();".into())
                }
                Some(_) => None,
                None => self.cover(&field)?,
            };
            if let Some(cover) = cover {
                let parent = rust_module(message);
                let kind = oneof.name().to_upper_camel_case();
                let variant = field.name().to_upper_camel_case();
                let name = field_name(oneof.name());
                write!(arms, "if let Some({parent}::{kind}::{variant}(value)) = &mut self.{name} {{ {cover} }} ")
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(arms)
    }
}

/// Our own messages, nested ones included; a map's entries are no messages in Rust.
fn messages(pool: &DescriptorPool) -> impl Iterator<Item = MessageDescriptor> {
    pool.all_messages()
        .filter(|message| message.package_name().starts_with("jianyi.") && !message.is_map_entry())
}

/// `jianyi.member.v1.Person` → `super::jianyi::member::v1::Person`; messages in messages lie in a module
/// named after the outer one.
fn rust_path(message: &MessageDescriptor) -> String {
    let outer = match message.parent_message() {
        Some(parent) => rust_module(&parent),
        None => format!(
            "super::generated::{}",
            message.package_name().replace('.', "::")
        ),
    };
    format!("{outer}::{}", message.name().to_upper_camel_case())
}

fn rust_module(message: &MessageDescriptor) -> String {
    let outer = match message.parent_message() {
        Some(parent) => rust_module(&parent),
        None => format!(
            "super::generated::{}",
            message.package_name().replace('.', "::")
        ),
    };
    format!("{outer}::{}", message.name().to_snake_case())
}

fn field_name(name: &str) -> String {
    let name = name.to_snake_case();
    match name.as_str() {
        "use" | "type" | "match" | "move" | "ref" | "in" | "for" | "as" | "loop" | "where"
        | "mod" => format!("r#{name}"),
        _ => name,
    }
}
