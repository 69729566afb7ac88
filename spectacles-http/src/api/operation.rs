//! What the API can do, one by one: routes, documentation and checks are made from it.

use super::call::Call;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::Problem;
use http::{Method, StatusCode};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;
use spectacles_core::listing::Field;
use std::pin::Pin;
use std::time::Duration;

/// Where the API is, below the root.
pub(crate) const ROOT: &str = "/api/v1";

/// What an operation comes to.
pub(crate) type Outcome = Result<Reply, Problem>;

/// An operation in progress.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// What carries an operation out.
pub(crate) type Run = for<'a> fn(Call<'a>) -> Running<'a>;

/// Makes what carries an operation out of an asynchronous function.
macro_rules! run {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}
pub(crate) use run;

/// How the schema of a type is made, where it can refer to others.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> schemars::Schema;

/// One thing the API can do.
pub(crate) struct Operation {
    /// Unique: `users.create`. What is before the dot is what it is about.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Below [`ROOT`].
    pub(crate) path: &'static str,
    /// Which kind of things it is about, for tokens that are limited to some.
    pub(crate) topic: Topic,
    /// Whether it changes anything.
    pub(crate) writes: bool,
    /// One line for people.
    pub(crate) summary: &'static str,
    /// More for people.
    pub(crate) text: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// Which media types a body may have that is a picture and no JSON; none, where there is no such body.
    pub(crate) pictures: &'static [&'static str],
    /// What an answer holds, when it succeeds.
    pub(crate) success: Success,
    /// Whether a client has to say what it has seen (`If-Match`).
    pub(crate) needs_precondition: bool,
    /// Whether a request that is sent again finds nothing left to do, so that it needs no key.
    pub(crate) can_be_repeated: bool,
    /// Whether API tokens may do it whatever they are limited to.
    pub(crate) is_for_any_token: bool,
    /// The longest body, in bytes.
    pub(crate) longest_body: usize,
    /// How long it may take.
    pub(crate) patience: Duration,
    /// Whether it comes to nothing when a registry does not do its part.
    pub(crate) needs_registry: bool,
    pub(crate) run: Run,
}

/// A parameter of the query.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) schema: Value,
    pub(crate) required: bool,
    pub(crate) repeated: bool,
    pub(crate) example: Option<String>,
}

/// A body.
pub(crate) struct Body {
    pub(crate) describe: Describe,
    /// The schema by itself, for looking at what comes.
    pub(crate) schema: Value,
    /// Whether it says what to change of something, so that `null` removes (RFC 7396).
    pub(crate) is_patch: bool,
    pub(crate) example: Value,
}

/// What an answer holds.
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) form: Form,
}

/// In which form an answer holds it.
pub(crate) enum Form {
    Nothing,
    One(Describe),
    Page(Describe),
    /// A picture, of one of these media types.
    Picture(&'static [&'static str]),
}

/// How long an operation may take unless it says something else: longer than the largest document takes to be applied.
const PATIENCE: Duration = Duration::from_secs(120);

/// The longest body that is read unless an operation says something else.
const LONGEST_BODY: usize = 64 * 1024;

impl Operation {
    fn new(method: Method, id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        let writes = !matches!(method, Method::GET);
        Self {
            id,
            method,
            path,
            topic,
            writes,
            summary,
            text: "",
            parameters: Vec::new(),
            body: None,
            pictures: &[],
            success: Success { status: StatusCode::NO_CONTENT, form: Form::Nothing },
            needs_precondition: false,
            can_be_repeated: false,
            is_for_any_token: false,
            longest_body: LONGEST_BODY,
            patience: PATIENCE,
            needs_registry: false,
            run,
        }
    }

    /// Reads.
    pub(crate) fn get(id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        Self::new(Method::GET, id, path, topic, summary, run)
    }

    /// Creates one more, or asks what needs a body to be asked.
    pub(crate) fn post(id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        Self::new(Method::POST, id, path, topic, summary, run)
    }

    /// Makes it so, whether it was or not.
    pub(crate) fn put(id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        Self::new(Method::PUT, id, path, topic, summary, run)
    }

    /// Changes some fields.
    pub(crate) fn patch(id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        Self { needs_precondition: true, ..Self::new(Method::PATCH, id, path, topic, summary, run) }
    }

    /// Takes away.
    pub(crate) fn delete(id: &'static str, path: &'static str, topic: Topic, summary: &'static str, run: Run) -> Self {
        Self::new(Method::DELETE, id, path, topic, summary, run)
    }

    /// Lets API tokens do it whatever they are limited to: it is about themselves.
    pub(crate) fn for_any_token(self) -> Self {
        Self { is_for_any_token: true, ..self }
    }

    pub(crate) fn text(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    /// It takes a body of this type.
    pub(crate) fn takes<T: JsonSchema>(self, example: Value) -> Self {
        let is_patch = self.method == Method::PATCH;
        let schema = SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value();
        let describe: Describe = |generator| generator.subschema_for::<T>();
        Self { body: Some(Body { describe, schema, is_patch, example }), ..self }
    }

    /// It takes a picture of one of these media types, from whoever is signed in.
    pub(crate) fn takes_picture(self, media: &'static [&'static str], longest_body: usize) -> Self {
        Self { pictures: media, longest_body, ..self }
    }

    /// It answers with a picture of one of these media types.
    pub(crate) fn answers_picture(self, media: &'static [&'static str]) -> Self {
        Self { success: Success { status: StatusCode::OK, form: Form::Picture(media) }, ..self }
    }

    /// With a body that may be so long, in bytes.
    pub(crate) fn up_to(self, longest_body: usize) -> Self {
        Self { longest_body, ..self }
    }

    /// It comes to nothing when a registry does not do its part.
    pub(crate) fn needs_registry(self) -> Self {
        Self { needs_registry: true, ..self }
    }

    /// It may take so long.
    pub(crate) fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// It answers with one of this type.
    pub(crate) fn answers<T: JsonSchema>(self) -> Self {
        let form = Form::One(|generator| generator.subschema_for::<T>());
        Self { success: Success { status: StatusCode::OK, form }, ..self }
    }

    /// It answers with the one it has created.
    pub(crate) fn creates<T: JsonSchema>(self) -> Self {
        let form = Form::One(|generator| generator.subschema_for::<T>());
        Self { success: Success { status: StatusCode::CREATED, form }, ..self }
    }

    /// It answers with all of them at once.
    pub(crate) fn answers_all<T: JsonSchema>(self) -> Self {
        let form = Form::Page(|generator| generator.subschema_for::<T>());
        Self { success: Success { status: StatusCode::OK, form }, ..self }
    }

    /// It answers with a page of a list that can be filtered and ordered by these fields.
    pub(crate) fn lists<T: JsonSchema, F: Field>(self) -> Self {
        Self { parameters: super::pages::parameters::<F>(), ..self }.answers_all::<T>()
    }

    pub(crate) fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// It does no more when it is sent again.
    pub(crate) fn can_be_repeated(self) -> Self {
        Self { can_be_repeated: true, ..self }
    }

    /// It asks, and changes nothing, although it takes a body.
    pub(crate) fn only_asks(self) -> Self {
        Self { writes: false, ..self }
    }

    /// The names of the parameters of its path.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl Parameter {
    /// An optional text.
    pub(crate) fn new(name: &'static str, text: impl Into<String>) -> Self {
        let schema = serde_json::json!({ "type": "string" });
        Self { name, text: text.into(), schema, required: false, repeated: false, example: None }
    }

    pub(crate) fn example(self, example: impl Into<String>) -> Self {
        Self { example: Some(example.into()), ..self }
    }

    /// It may be given several times.
    pub(crate) fn repeated(self) -> Self {
        Self { repeated: true, ..self }
    }

    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It is one of this type.
    pub(crate) fn of<T: JsonSchema>(self) -> Self {
        self.schema(T::json_schema(&mut SchemaGenerator::default()).to_value())
    }

    pub(crate) fn schema(self, schema: Value) -> Self {
        Self { schema, ..self }
    }
}
