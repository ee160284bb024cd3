using FsCheck;
using FsCheck.Fluent;
using Shipper.Foundation.Hosting.Windows;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>The talk with the service control manager of Windows, held on any system.</summary>
public sealed class WindowsSupervisorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<ServiceStatus> _told = [];
    private readonly Queue<Action> _queued = new();
    private readonly WindowsSupervisor _supervisor;
    private int _stops;
    private int _reloads;

    public WindowsSupervisorTests() => _supervisor = new WindowsSupervisor(_told.Add, _queued.Enqueue);

    private ServiceStatus Last => _told[^1];

    [Fact]
    public void It_starts_with_rising_checkpoints_runs_drains_and_stops()
    {
        _supervisor.Begin();
        _supervisor.Starting(Second);
        _supervisor.Starting(Second);
        Assert.Equal([1u, 2u, 3u], _told.Select(status => status.Checkpoint));
        Assert.All(_told, status => Assert.Equal((ServiceState.StartPending, 0u), (status.State, status.Accepted)));
        Assert.Equal(1000u, Last.WaitHintMilliseconds);
        _supervisor.Ready();
        Assert.Equal(new ServiceStatus(ServiceState.Running, 0x10D, 0, 0, 0, 0), Last);
        _supervisor.Stopping(Second);
        _supervisor.Stopping(2 * Second);
        Assert.Equal(new ServiceStatus(ServiceState.StopPending, 0, 0, 0, 2, 2000), Last);
        _supervisor.Ended(0);
        Assert.Equal(new ServiceStatus(ServiceState.Stopped, 0, 0, 0, 0, 0), Last);
    }

    [Theory]
    [InlineData(WindowsSupervisor.ControlStop)]
    [InlineData(WindowsSupervisor.ControlShutdown)]
    [InlineData(WindowsSupervisor.ControlPreshutdown)]
    public void A_stop_is_acknowledged_at_once_and_carried_out_elsewhere_once(uint control)
    {
        Start();
        Assert.Equal(WindowsSupervisor.Done, _supervisor.Control(control));
        Assert.Equal((ServiceState.StopPending, 1u), (Last.State, Last.Checkpoint));
        Assert.True(Last.WaitHintMilliseconds > 0);
        Assert.Equal(0, _stops);
        Assert.Equal(WindowsSupervisor.Done, _supervisor.Control(WindowsSupervisor.ControlShutdown));
        Work();
        Assert.Equal(1, _stops);
        _supervisor.Stopping(Second);
        Assert.Equal((ServiceState.StopPending, 2u), (Last.State, Last.Checkpoint));
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
        Assert.Equal(ServiceState.StopPending, Last.State);
    }

    [Fact]
    public void A_change_of_parameters_reloads_and_the_state_stays()
    {
        Start();
        Assert.Equal(WindowsSupervisor.Done, _supervisor.Control(WindowsSupervisor.ControlParameterChange));
        Work();
        _supervisor.Reloading();
        _supervisor.Ready();
        Assert.Equal(1, _reloads);
        Assert.Equal(ServiceState.Running, Last.State);
    }

    [Fact]
    public void An_interrogation_is_answered_with_the_state_and_anything_else_is_not_known()
    {
        Start();
        var told = _told.Count;
        Assert.Equal(WindowsSupervisor.Done, _supervisor.Control(WindowsSupervisor.ControlInterrogate));
        Assert.Equal(_told[told - 1], Last);
        Assert.Equal(told + 1, _told.Count);
        Assert.Equal(WindowsSupervisor.NotImplemented, _supervisor.Control(2));
        Assert.Equal(WindowsSupervisor.NotImplemented, _supervisor.Control(128));
        Assert.Equal(told + 1, _told.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(78)]
    public void A_fault_ends_with_an_exit_code_of_its_own_whenever_it_comes(int code)
    {
        _supervisor.Begin();
        _supervisor.Ended(code);
        Assert.Equal(new ServiceStatus(ServiceState.Stopped, 0, 1066, (uint)code, 0, 0), Last);
        var told = _told.Count;
        _supervisor.Stopping(Second);
        _supervisor.Ready();
        _supervisor.Ended(0);
        _supervisor.Control(WindowsSupervisor.ControlStop);
        Assert.Equal(told, _told.Count);
    }

    [Fact]
    public void Whatever_happens_the_state_only_goes_forward_and_checkpoints_rise()
    {
        var step = Gen.Choose(0, 8);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var told = new List<ServiceStatus>();
            var supervisor = new WindowsSupervisor(told.Add, work => work());
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
                    5 => () => supervisor.Control(WindowsSupervisor.ControlInterrogate),
                    6 => () => supervisor.Attach(() => supervisor.Stopping(Second), supervisor.Reloading),
                    7 => () => supervisor.Ended(1),
                    _ => supervisor.Reloading,
                };
                act();
            }

            return told.Zip(told.Skip(1)).All(pair =>
                pair.First == pair.Second
                || Rank(pair.First.State) < Rank(pair.Second.State)
                || (pair.First.State == pair.Second.State && pair.Second.Checkpoint == pair.First.Checkpoint + 1));
        }).QuickCheckThrowOnFailure();
    }

    private static int Rank(ServiceState state) => state switch
    {
        ServiceState.StartPending => 1,
        ServiceState.Running => 2,
        ServiceState.StopPending => 3,
        _ => 4,
    };

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
