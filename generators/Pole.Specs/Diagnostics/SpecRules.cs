namespace Pole.Specs.Diagnostics;

/// <summary>Every rule of specs and builds: ids, titles and docs/diagnostics.md come from here. The message is written where the fault is found, with its remedy.</summary>
public static class SpecRules
{
    public static readonly SpecRule YamlSyntax = new("POLE0001", "Invalid YAML", IsError: true)
    {
        Meaning = "A bracket, quote or indentation is wrong, a tab indents, there is an anchor, an alias or a tag other than `!append`, `!remove`, `!include`, or there are two documents; or the file is not UTF-8 (UTF-16 is refused too), or has a control character.",
        Fix = "Follow the message; move what is shared into a base and extend that.",
    };

    public static readonly SpecRule UnknownKey = new("POLE0002", "Unknown key", IsError: true)
    {
        Meaning = "The record has no such key.",
        Fix = "Use the key that the message suggests, or one of those that it lists.",
    };

    public static readonly SpecRule WrongType = new("POLE0003", "Wrong type", IsError: true)
    {
        Meaning = "The value has another form than the key takes: a map where a number belongs, text where a list belongs.",
        Fix = "Write the form that the message names. `\"3\"` in quotes is text.",
    };

    public static readonly SpecRule OutOfRange = new("POLE0004", "Value out of range", IsError: true)
    {
        Meaning = "A number outside its range, a value that is not one of those allowed, text of another form, a list of another length.",
        Fix = "Use a value of the range in the message.",
    };

    public static readonly SpecRule UnknownModule = new("POLE0005", "Unknown module", IsError: true)
    {
        Meaning = "No module of this kind has the name.",
        Fix = "Use one of the names listed; a module of your own lies in the project of the specs or in one that it references.",
    };

    public static readonly SpecRule MissingKey = new("POLE0006", "Missing key", IsError: true)
    {
        Meaning = "A required key is not given, here or in a base; or one of two that say the same is needed; or a key of a group is given and the others are not (`clip` and `prompt`, `clims` and `objective`).",
        Fix = "Add the key.",
    };

    public static readonly SpecRule BaseNotFound = new("POLE0007", "Base not found", IsError: true)
    {
        Meaning = "`extends` or `!include` names a file that is not there.",
        Fix = "Correct the path: it is relative to the file that it stands in.",
    };

    public static readonly SpecRule ExtendsCycle = new("POLE0008", "Circular extends", IsError: true)
    {
        Fix = "Remove one link of the circle that the message shows.",
    };

    public static readonly SpecRule DuplicateName = new("POLE0009", "Duplicate experiment or corpus name", IsError: true)
    {
        Meaning = "Two experiments would have one executable or one class: `a-b.yaml` and `a/b.yaml`.",
        Fix = "Rename one file.",
    };

    public static readonly SpecRule CorpusWithoutClass = new("POLE0010", "Class missing from corpus", IsError: true)
    {
        Meaning = "The corpus, or the file of descriptions, has no entry for a class of the data set.",
        Fix = "Add it, or use another corpus.",
    };

    public static readonly SpecRule TooFewNames = new("POLE0011", "Too few names in corpus", IsError: true)
    {
        Fix = "Lower `synonyms`, or add names to the classes that the message lists.",
    };

    public static readonly SpecRule UnknownCorpus = new("POLE0012", "Unknown corpus", IsError: true)
    {
        Meaning = "`corpus` or `descriptions` names a file that is not there.",
        Fix = "Use the name of a file under `corpora/`, of descriptions under `descriptions/`.",
    };

    public static readonly SpecRule UnknownExperiment = new("POLE0013", "Unknown experiment", IsError: true)
    {
        Meaning = "`compare` names an experiment that is not there.",
        Fix = "Use a name that `pole list` shows; points of a sweep are called `SPEC/POINT`.",
    };

    public static readonly SpecRule DuplicateKey = new("POLE0014", "Duplicate key", IsError: true)
    {
        Meaning = "A map has the key twice.",
        Fix = "Keep one of them.",
    };

    public static readonly SpecRule KeyWithoutPartner = new("POLE0015", "Key requires another key", IsError: true)
    {
        Meaning = "`objective` without `clims`, `from` without `to`.",
        Fix = "Give both or none; `~` takes back what a base gives.",
    };

    public static readonly SpecRule DuplicateModule = new("POLE0016", "Duplicate module name", IsError: true)
    {
        Meaning = "Two modules of one kind have the name.",
        Fix = "Rename one of the `[PoleModule]` attributes.",
    };

    public static readonly SpecRule UnusableName = new("POLE0017", "Invalid experiment name", IsError: true)
    {
        Fix = "Rename the file with letters, digits, dots, hyphens and underscores.",
    };

    public static readonly SpecRule ContradictoryKeys = new("POLE0018", "Mutually exclusive keys", IsError: true)
    {
        Meaning = "`epochs` and `iterations`, `factors` and `to`, `background` and `background-power` of `random-walk`; or a key and its former path in one spec.",
        Fix = "Give one of them, and `~` for one that a base gives.",
    };

    public static readonly SpecRule Reference = new("POLE0019", "Unresolved reference", IsError: true)
    {
        Meaning = "`${path}` or the key of an `!include` names nothing that is given, or comes back to itself.",
        Fix = "Refer to a value that the spec gives; a default has to be written out.",
    };

    public static readonly SpecRule MisplacedTag = new("POLE0020", "Misplaced tag", IsError: true)
    {
        Meaning = "`!append` or `!remove` without something in a base to change, of another kind than there, or an item to remove that is not there; an `!include` without a key.",
    };

    public static readonly SpecRule Sweep = new("POLE0021", "Invalid sweep", IsError: true)
    {
        Meaning = "Values that are no list, lists of unequal length under `zip`, an `exclude` that matches nothing, two points of one name, no point, or more points than `limit` (1,000).",
    };

    public static readonly SpecRule RedundantOverride = new("POLE0022", "Redundant override", IsError: false)
    {
        Meaning = "The spec repeats what its base gives, so a reader takes it for a change.",
        Fix = "Leave it out.",
    };

    public static readonly SpecRule UnusedBase = new("POLE0023", "Unused base", IsError: false)
    {
        Fix = "Delete the file, or extend it.",
    };

    public static readonly SpecRule DeprecatedKey = new("POLE0024", "Deprecated key", IsError: false)
    {
        Meaning = "The key has a new name or has moved to another path, which the message says; the old one is still read.",
        Fix = "Rename or move it.",
    };

    public static readonly SpecRule Conflict = new("POLE0025", "Conflicting settings", IsError: true)
    {
        Meaning = "Found by the compiled experiments: a module or a record says what it does not fit (`ICrossChecked`). IRNet on a backbone of another stride, pairs without room in the crop, an adaptor wider than the embedding, a template longer than the clip's context, a small CLIP on a data set without captions, a range whose start is above its end, a term of the objective twice, a stage that takes what no stage before it gives, or is not called as its module is.",
        Fix = "Follow the message. The error stands at the key, or at the nearest key around it that is given.",
    };

    public static readonly SpecRule EqualFingerprints = new("POLE0026", "Experiments with equal results", IsError: false)
    {
        Meaning = "Every setting that changes a result is equal. Points of different sweeps, and a point and a spec of its own, may be: they meet in what they compare with.",
        Fix = "Delete one, or make the change that is missing.",
    };

    public static readonly SpecRule StaleLock = new("POLE0027", "Stale lock", IsError: true)
    {
        Meaning = "`experiments.lock` has another fingerprint for an experiment: its result changes.",
        Fix = "If that is intended, `dotnet build -p:PoleLock=update`, and commit the lock, whose diff shows everything that is touched. With `<PoleLock>warn</PoleLock>` in the project file it is a warning on a developer's machine, and the lock is written anew. On a build server (`CI` is set) new and deleted experiments are errors too: build once on your machine.",
    };

    public static readonly SpecRule OtherEnding = new("POLE0029", "YAML file with another ending", IsError: false)
    {
        Meaning = "Specs end in `.yaml`; a `.yml` file is not compiled.",
        Fix = "Rename it; where it is another tool's, move it, or put an empty file `.pole-no-specs` into its folder.",
    };

    public static readonly SpecRule MissingDeclaration = new("POLE0030", "Missing declaration of a module", IsError: true)
    {
        IsOfCode = true,
        Meaning = "The options of a module do not declare what a build needs before the module is made: the shape of a backbone or a CLIP, the classes of a data set. Shown at the record in C#.",
        Fix = "Add the line that the message shows, with the module's own values.",
    };

    public static readonly SpecRule TensorWithoutDevice = new("POLE0031", "Tensor factory without a device", IsError: false)
    {
        IsOfCode = true,
        Meaning = "A call such as `torch.zeros` makes its tensor on the CPU, whatever device the run has, and fails or copies on a GPU. The constructor of a network may: what it makes moves with the network.",
        Fix = "Give `device:`, that of a tensor that it meets, or `CPU` where it is meant.",
    };

    public static readonly SpecRule TooLarge = new("POLE0032", "Spec too large", IsError: true)
    {
        Meaning = "What a spec extends, includes or refers to makes it larger than 20,000 values, or a sweep has more than 10,000 points or 2,000,000 values in all: files and references that double what they name grow without bound.",
        Fix = "Name less; split a sweep into several specs.",
    };

    public static readonly SpecRule UnwritableName = new("POLE0033", "Control character in the name of a file", IsError: true)
    {
        Meaning = "A YAML file, or a folder above it, has a line feed, a tab or another control character in its name, which the compiler's command line cannot hold. The message has `?` in its place.",
        Fix = "Rename it.",
    };

    public static readonly SpecRule NameTwice = new("POLE0034", "Name used twice", IsError: true)
    {
        Meaning = "A class has a name or a sentence twice, or two classes of a file under `datasets/` have the same name, which then says nothing about which of them an image shows.",
        Fix = "Remove one; where two classes share a word on purpose, keep the names in a file under `corpora/`.",
    };

    public static readonly SpecRule UnknownClassList = new("POLE0035", "Unknown file of classes", IsError: true)
    {
        Fix = "Use the name of a file under `datasets/`, or write one; `pole data init` does.",
    };

    public static readonly SpecRule UnknownTorchBackend = new("POLE9001", "Unknown TorchBackend", IsError: true)
    {
        Fix = "`-p:TorchBackend=cpu` or `cuda`.",
    };

    public static readonly SpecRule UncorrectedLibrary = new("POLE9002", "TorchSharp's native library cannot be corrected", IsError: true)
    {
        Meaning = "The copy in the output folder cannot be written, or is not the library that is expected.",
        Fix = "Delete the output folder and build again.",
    };

    public static readonly SpecRule UncheckedExperiments = new("POLE9003", "The compiled experiments cannot be checked", IsError: true)
    {
        Meaning = "A file that a build reads or writes behind the compiler, such as `experiments.lock` or an executable, is damaged or cannot be written.",
        Fix = "Do what the message says of the file.",
    };

    /// <summary>In the order of ids.</summary>
    public static IReadOnlyList<SpecRule> All { get; } =
    [
        YamlSyntax, UnknownKey, WrongType, OutOfRange, UnknownModule, MissingKey, BaseNotFound, ExtendsCycle,
        DuplicateName, CorpusWithoutClass, TooFewNames, UnknownCorpus, UnknownExperiment, DuplicateKey, KeyWithoutPartner, DuplicateModule,
        UnusableName, ContradictoryKeys, Reference, MisplacedTag, Sweep, RedundantOverride, UnusedBase, DeprecatedKey,
        Conflict, EqualFingerprints, StaleLock, OtherEnding, MissingDeclaration, TensorWithoutDevice, TooLarge, UnwritableName, NameTwice, UnknownClassList, UnknownTorchBackend, UncorrectedLibrary, UncheckedExperiments,
    ];
}
