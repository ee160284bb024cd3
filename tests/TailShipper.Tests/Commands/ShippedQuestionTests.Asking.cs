using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Tailing;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

/// <summary>How a file is brought into a state, and asked about.</summary>
public sealed partial class ShippedQuestionTests
{
    private static Stage Begin()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log, "/logs/app2.log"] });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        return stage;
    }

    private static Stage Shipped()
    {
        var stage = Begin();
        stage.Disk.Append(Log, Lines.Of("a", 1, 10));
        stage.Run(5);
        Answers(stage, Log, ShippedState.Shipped, "all 191 bytes");
        return stage;
    }

    private static List<StreamCheckpoint> Known(Stage stage)
    {
        if (stage.Shipper is not null)
        {
            stage.Commit();
        }

        return [.. stage.Known().Where(known => known.Path.Length > 0)];
    }

    private static ShippedQuestion Question(Stage stage, params FlowOptions[] more) => new(
        stage.Disk,
        [new FlowOptions { Name = "flow", Paths = [.. stage.Options.Patterns], DeliveryStream = "stream" }, .. more],
        new DeadLetterStore("/nowhere"));

    private static (ShippedState State, string Text) Answer(Stage stage, string path, CheckpointView view, params FlowOptions[] more)
    {
        var answer = Question(stage, more).Ask(path, view);
        return (answer.State, answer.Text);
    }

    private static void Answers(Stage stage, string path, ShippedState state, string text)
    {
        var answer = Answer(stage, path, ShippedClaim.ViewOf(Known(stage)));
        Assert.True(answer.State == state && answer.Text.Contains(text, StringComparison.Ordinal), $"{answer.State}: {answer.Text}");
    }
}
