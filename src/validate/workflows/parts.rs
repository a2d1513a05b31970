//! Templates, steps and arguments, as they stand in an object (Argo Workflows 3.x and 4.x, `WorkflowSpec`).

use crate::base::{Span, Value};

/// A template.
pub struct Template<'a> {
    /// Its name; nothing for one that stands in a step.
    pub name: Option<&'a Value>,
    /// All of it.
    pub value: &'a Value,
    /// Parameters that it takes.
    pub inputs: Vec<Parameter<'a>>,
    /// Groups of steps, one after the other; those of a group run side by side.
    pub steps: Vec<Vec<Step<'a>>>,
    /// Tasks of a graph.
    pub tasks: Vec<Step<'a>>,
}

/// A parameter that is taken, or an argument that is passed.
#[derive(Clone, Copy)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where the name stands.
    pub span: Span,
    /// All of it.
    pub value: &'a Value,
}

/// A step or a task.
pub struct Step<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where the name stands.
    pub span: Span,
    /// All of it.
    pub value: &'a Value,
    /// The template that it runs.
    pub runs: Runs<'a>,
    /// What it passes.
    pub arguments: Vec<Parameter<'a>>,
}

/// What a step runs.
pub enum Runs<'a> {
    /// A template beside its own.
    Here(&'a Value),
    /// A template of another object.
    Elsewhere(Reference<'a>),
    /// One that stands in the step.
    Inline(Box<Template<'a>>),
    /// Nothing, which the schema refuses.
    Nothing,
}

/// The name of another object, and of a template in it.
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    /// The object.
    pub name: &'a Value,
    /// The template; nothing where the whole object is run.
    pub template: Option<&'a Value>,
    /// Whether it is a ClusterWorkflowTemplate.
    pub cluster_scope: bool,
}

impl<'a> Template<'a> {
    /// Reads one.
    pub fn new(value: &'a Value) -> Template<'a> {
        let groups = list(value.get("steps"));
        let tasks = list(value.get("dag").and_then(|dag| dag.get("tasks")));
        Template {
            name: value.get("name"),
            value,
            inputs: parameters(value.get("inputs")),
            steps: groups.iter().map(|group| list(Some(group)).iter().filter_map(Step::new).collect()).collect(),
            tasks: tasks.iter().filter_map(Step::new).collect(),
        }
    }

    /// Its name, in words.
    pub fn word(&self) -> &'a str {
        self.name.and_then(Value::as_str).unwrap_or("inline")
    }

    /// All steps and tasks.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step<'a>> {
        self.steps.iter().flatten().chain(&self.tasks)
    }

    /// Whether it gives an output parameter of that name.
    pub fn gives(&self, name: &str) -> bool {
        parameters(self.value.get("outputs")).iter().any(|output| output.name == name)
    }

    /// The texts of it, apart from those of its steps.
    pub fn own_texts(&self) -> Vec<&'a Value> {
        let mut out = Vec::new();
        let own = self.value.as_map().into_iter().flatten().filter(|e| !matches!(&*e.key, "steps" | "dag"));
        own.for_each(|entry| texts(&entry.value, &mut out));
        out
    }
}

impl<'a> Step<'a> {
    fn new(value: &'a Value) -> Option<Step<'a>> {
        let name = value.get("name")?;
        let runs = match (value.get("template"), value.get("templateRef"), value.get("inline")) {
            (Some(template), ..) => Runs::Here(template),
            (_, Some(reference), _) => Reference::new(reference).map_or(Runs::Nothing, Runs::Elsewhere),
            (_, _, Some(inline)) => Runs::Inline(Box::new(Template::new(inline))),
            _ => Runs::Nothing,
        };
        let arguments = parameters(value.get("arguments"));
        Some(Step { name: name.as_str()?, span: name.span, value, runs, arguments })
    }

    /// The texts of it, apart from those of a template that stands in it.
    pub fn texts(&self) -> Vec<&'a Value> {
        let mut out = Vec::new();
        let own = self.value.as_map().into_iter().flatten().filter(|e| &*e.key != "inline");
        own.for_each(|entry| texts(&entry.value, &mut out));
        out
    }
}

impl<'a> Reference<'a> {
    /// A `templateRef` or `workflowTemplateRef`.
    pub fn new(value: &'a Value) -> Option<Reference<'a>> {
        let cluster_scope = value.get("clusterScope").and_then(Value::as_bool) == Some(true);
        Some(Reference { name: value.get("name")?, template: value.get("template"), cluster_scope })
    }
}

impl Parameter<'_> {
    /// Whether a caller has to pass it.
    pub fn is_required(&self) -> bool {
        let supplied = self.value.get("valueFrom").is_some_and(|from| from.get("supplied").is_none());
        self.value.get("value").is_none() && self.value.get("default").is_none() && !supplied
    }

    /// The values that it may have; none when it may have any.
    pub fn choices(&self) -> Vec<&str> {
        list(self.value.get("enum")).iter().filter_map(Value::as_str).collect()
    }
}

/// The parameters of `arguments`, `inputs` or `outputs`.
pub fn parameters(value: Option<&Value>) -> Vec<Parameter<'_>> {
    let of = |value| {
        let name: &Value = Value::get(value, "name")?;
        Some(Parameter { name: name.as_str()?, span: name.span, value })
    };
    list(value.and_then(|v| v.get("parameters"))).iter().filter_map(of).collect()
}

/// The items of a list that may be missing.
pub fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_list).unwrap_or_default()
}

/// The texts below a value.
pub fn texts<'a>(value: &'a Value, out: &mut Vec<&'a Value>) {
    if value.as_str().is_some_and(|text| text.contains("{{")) {
        out.push(value);
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| texts(item, out));
    value.as_map().into_iter().flatten().for_each(|entry| texts(&entry.value, out));
}
