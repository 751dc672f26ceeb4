//! The schemas of many types as the components of one document. Types of different services may share a
//! name: what differs gets the name of what it belongs to in front.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The components so far.
#[derive(Default)]
pub(crate) struct Components {
    schemas: Map<String, Value>,
    /// The schema of each name, with all that it refers to.
    meanings: BTreeMap<String, Value>,
}

impl Components {
    /// Takes in a schema under a name of its own: the reference to it.
    pub(crate) fn adopt(&mut self, name: &str, schema: &Value) -> Value {
        let mut own = self.refer(name, schema);
        if let Some(fields) = own.as_object_mut() {
            for field in ["$schema", "$defs", "title"] {
                fields.remove(field);
            }
        }
        self.schemas.insert(name.to_owned(), own);
        reference(name)
    }

    /// The reference to what was adopted under a name.
    pub(crate) fn adopted(&self, name: &str) -> Option<Value> {
        let is_known = self.schemas.contains_key(name);
        is_known.then(|| reference(name))
    }

    /// A part of a schema, with what it refers to taken in.
    pub(crate) fn part(&mut self, root: &str, whole: &Value, part: &Value) -> Value {
        let names = self.take_in(root, whole, part);
        rewritten(part, &names)
    }

    fn refer(&mut self, root: &str, schema: &Value) -> Value {
        let mut bare = schema.clone();
        if let Some(fields) = bare.as_object_mut() {
            fields.remove("$defs");
        }
        self.part(root, schema, &bare)
    }

    /// Takes in every definition that a part reaches: the name that each has here.
    fn take_in(&mut self, root: &str, whole: &Value, part: &Value) -> BTreeMap<String, String> {
        let defs = &whole["$defs"];
        let reached = reach(defs, part);
        let mut names = BTreeMap::new();
        for name in &reached {
            let meaning = meaning(defs, name);
            let free = [name.clone(), format!("{root}.{name}")];
            let taken = |name: &String| {
                self.meanings
                    .get(name)
                    .is_some_and(|known| *known != meaning)
            };
            let here = free
                .iter()
                .find(|name| !taken(name))
                .unwrap_or(&free[1])
                .clone();
            self.meanings.insert(here.clone(), meaning);
            names.insert(name.clone(), here);
        }
        for (name, here) in &names {
            let schema = rewritten(&defs[name], &names);
            self.schemas.insert(here.clone(), schema);
        }
        names
    }

    pub(crate) fn into_schemas(self) -> Map<String, Value> {
        self.schemas
    }
}

const LOCAL: &str = "#/$defs/";

fn path_of(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": path_of(name) })
}

fn rewritten(schema: &Value, names: &BTreeMap<String, String>) -> Value {
    match schema {
        Value::Object(fields) => {
            if let Some(words) = words_of(fields) {
                let others = fields.iter().filter(|(key, _)| *key != "oneOf");
                let others = others.map(|(key, value)| (key.clone(), value.clone()));
                return Value::Object(others.chain(words).collect());
            }
            let pairs = fields.iter().map(|(key, value)| {
                let here = value.as_str().filter(|_| key == "$ref");
                let here = here.and_then(|path| names.get(path.strip_prefix(LOCAL)?));
                let value =
                    here.map_or_else(|| rewritten(value, names), |name| json!(path_of(name)));
                (key.clone(), value)
            });
            Value::Object(pairs.collect())
        }
        Value::Array(all) => all.iter().map(|one| rewritten(one, names)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

/// A choice of words as generators of clients take it: an enumeration, with what each is called beside it.
fn words_of(fields: &Map<String, Value>) -> Option<Map<String, Value>> {
    let choices = fields.get("oneOf")?.as_array()?;
    let mut words = Vec::new();
    let mut labels = Map::new();
    for choice in choices {
        let mut label = choice.as_object()?.clone();
        let word = label.remove("const")?;
        label.remove("type");
        labels.insert(word.as_str()?.to_owned(), Value::Object(label));
        words.push(word);
    }
    let plain = json!({ "type": "string", "enum": words, "x-words": labels });
    plain.as_object().filter(|_| !choices.is_empty()).cloned()
}

/// The definitions that a schema refers to, and those that they refer to.
fn reach(defs: &Value, schema: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead = named(schema);
    while let Some(name) = ahead.pop() {
        if reached.insert(name.clone()) {
            ahead.extend(named(&defs[&name]));
        }
    }
    reached
}

fn named(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str);
            let own = own
                .and_then(|path| path.strip_prefix(LOCAL))
                .map(str::to_owned);
            fields.values().flat_map(named).chain(own).collect()
        }
        Value::Array(all) => all.iter().flat_map(named).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn meaning(defs: &Value, name: &str) -> Value {
    let own = json!({ "$ref": format!("{LOCAL}{name}") });
    let all = reach(defs, &own).into_iter();
    let all: Map<String, Value> = all
        .map(|name| (name.clone(), defs[&name].clone()))
        .collect();
    json!({ "name": name, "all": all })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(of_shared: &str) -> Value {
        json!({
            "$defs": { "Shared": { "type": of_shared }, "Deep": { "$ref": "#/$defs/Shared" } },
            "properties": { "deep": { "$ref": "#/$defs/Deep" } },
        })
    }

    #[test]
    fn a_choice_of_words_is_an_enumeration() {
        let choice = json!({ "description": "How.", "oneOf": [
            { "const": "window", "title": "at the window", "type": "string", "x-zh": "窗口" },
            { "const": "phone", "type": "string" },
        ] });
        let wanted = json!({ "description": "How.", "type": "string", "enum": ["window", "phone"], "x-words": {
            "window": { "title": "at the window", "x-zh": "窗口" },
            "phone": {},
        } });
        assert_eq!(rewritten(&choice, &BTreeMap::new()), wanted);
        let mixed = json!({ "oneOf": [{ "const": "x", "type": "string" }, { "type": "null" }] });
        assert_eq!(rewritten(&mixed, &BTreeMap::new()), mixed);
    }

    #[test]
    fn one_name_with_two_meanings_is_two_components() {
        let mut components = Components::default();
        components.adopt("first", &schema("string"));
        components.adopt("again", &schema("string"));
        components.adopt("other", &schema("integer"));
        let schemas = components.into_schemas();
        assert_eq!(schemas["Shared"]["type"], "string");
        assert_eq!(schemas["other.Shared"]["type"], "integer");
        assert_eq!(
            schemas["again"]["properties"]["deep"]["$ref"],
            "#/components/schemas/Deep"
        );
        // What refers to it differs too, though it reads the same.
        assert_eq!(
            schemas["other.Deep"]["$ref"],
            "#/components/schemas/other.Shared"
        );
    }
}
