using FsCheck;
using FsCheck.Fluent;
using Shipper.Foundation.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>Reports to the service control manager of Windows and its controls; runs on any system.</summary>
public sealed class WindowsSupervisorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<WindowsServiceReport> _reported = [];
    private readonly Queue<Action> _queued = new();
    private readonly WindowsSupervisor _supervisor;
    private int _stops;
    private int _reloads;

    public WindowsSupervisorTests() => _supervisor = new WindowsSupervisor(_reported.Add, _queued.Enqueue);

    private WindowsServiceReport Last => _reported[^1];

    [Fact]
    public void It_starts_with_repeated_reports_runs_drains_and_stops()
    {
        _supervisor.Begin();
        _supervisor.Starting(Second);
        _supervisor.Starting(2 * Second);
        Assert.All(_reported, report => Assert.Equal(WindowsServiceState.StartPending, report.State));
        Assert.Equal([30 * Second, Second, 2 * Second], _reported.Select(report => report.WaitHint));
        _supervisor.Ready();
        Assert.Equal(new WindowsServiceReport(WindowsServiceState.Running), Last);
        _supervisor.Stopping(Second);
        _supervisor.Stopping(2 * Second);
        Assert.Equal(new WindowsServiceReport(WindowsServiceState.StopPending, 2 * Second), Last);
        _supervisor.Ended(0);
        Assert.Equal(new WindowsServiceReport(WindowsServiceState.Stopped), Last);
    }

    [Theory]
    [InlineData(WindowsSupervisor.ControlStop)]
    [InlineData(WindowsSupervisor.ControlShutdown)]
    [InlineData(WindowsSupervisor.ControlPreshutdown)]
    public void A_stop_is_acknowledged_at_once_and_carried_out_elsewhere_once(int control)
    {
        Start();
        _supervisor.Control(control);
        Assert.Equal(WindowsServiceState.StopPending, Last.State);
        Assert.True(Last.WaitHint > TimeSpan.Zero);
        Assert.Equal(0, _stops);
        var reported = _reported.Count;
        _supervisor.Control(WindowsSupervisor.ControlShutdown);
        Assert.Equal(reported, _reported.Count);
        Work();
        Assert.Equal(1, _stops);
        _supervisor.Stopping(Second);
        Assert.Equal(new WindowsServiceReport(WindowsServiceState.StopPending, Second), Last);
    }

    [Fact]
    public void A_stop_before_the_service_listens_is_not_forgotten()
    {
        _supervisor.Begin();
        _supervisor.Control(WindowsSupervisor.ControlStop);
        Work();
        _supervisor.Attach(() => _stops++, () => _reloads++);
        Work();
        Assert.Equal(1, _stops);
        _supervisor.Ready();
        Assert.Equal(WindowsServiceState.StopPending, Last.State);
    }

    [Fact]
    public void A_change_of_parameters_reloads_and_the_state_stays()
    {
        Start();
        _supervisor.Control(WindowsSupervisor.ControlParameterChange);
        Work();
        _supervisor.Reloading();
        _supervisor.Ready();
        Assert.Equal(1, _reloads);
        Assert.Equal(WindowsServiceState.Running, Last.State);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(128)]
    public void A_control_that_it_does_not_know_changes_nothing(int control)
    {
        Start();
        var reported = _reported.Count;
        _supervisor.Control(control);
        Work();
        Assert.Equal((reported, 0, 0), (_reported.Count, _stops, _reloads));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(78)]
    public void A_fault_ends_with_an_exit_code_of_its_own_whenever_it_comes(int code)
    {
        _supervisor.Begin();
        _supervisor.Ended(code);
        Assert.Equal(new WindowsServiceReport(WindowsServiceState.Stopped, default, code), Last);
        var reported = _reported.Count;
        _supervisor.Stopping(Second);
        _supervisor.Ready();
        _supervisor.Ended(0);
        _supervisor.Control(WindowsSupervisor.ControlStop);
        Assert.Equal(reported, _reported.Count);
    }

    [Fact]
    public void Whatever_happens_the_state_only_goes_forward_and_only_a_pending_one_is_reported_again()
    {
        var step = Gen.Choose(0, 8);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var reported = new List<WindowsServiceReport>();
            var supervisor = new WindowsSupervisor(reported.Add, work => work());
            supervisor.Begin();
            foreach (var what in steps)
            {
                Action act = what switch
                {
                    0 => () => supervisor.Starting(Second),
                    1 => supervisor.Ready,
                    2 => () => supervisor.Stopping(Second),
                    3 => () => supervisor.Control(WindowsSupervisor.ControlStop),
                    4 => () => supervisor.Control(WindowsSupervisor.ControlParameterChange),
                    5 => () => supervisor.Control(WindowsSupervisor.ControlPreshutdown),
                    6 => () => supervisor.Attach(() => supervisor.Stopping(Second), supervisor.Reloading),
                    7 => () => supervisor.Ended(1),
                    _ => supervisor.Reloading,
                };
                act();
            }

            return reported.Zip(reported.Skip(1)).All(pair =>
                pair.First.State < pair.Second.State
                || (pair.First.State == pair.Second.State && IsPending(pair.First.State)));
        }).QuickCheckThrowOnFailure();
    }

    private static bool IsPending(WindowsServiceState state) =>
        state is WindowsServiceState.StartPending or WindowsServiceState.StopPending;

    private void Start()
    {
        _supervisor.Begin();
        _supervisor.Attach(() => _stops++, () => _reloads++);
        _supervisor.Ready();
    }

    private void Work()
    {
        while (_queued.TryDequeue(out var work))
        {
            work();
        }
    }
}
