package io.jacinth.pubsub;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.MAY_REPLICATE;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.PUBSUB;
import static io.jacinth.command.Flag.STALE;
import static io.jacinth.command.Flag.SUBSCRIBER;

import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** Commands that publish and subscribe. */
public final class PubSubCommands {
  private static final String NOT_KEY = "NOT_KEY";

  private final PubSub pubSub = new PubSub();

  private PubSubCommands() {}

  public static void register(CommandTable table) {
    new PubSubCommands().addTo(table);
  }

  private void addTo(CommandTable table) {
    table.documentedBeside(PubSubCommands.class);
    table.onStart(pubSub::start);
    for (Topic.Kind kind : Topic.Kind.values()) {
      Command subscribe = subscriber(kind.subscribed, call -> subscribe(call, kind)).arity(-2);
      Command unsubscribe =
          subscriber(kind.unsubscribed, call -> unsubscribe(call, kind)).arity(-1);
      if (kind == Topic.Kind.SHARD_CHANNEL) {
        subscribe.keys(KeySpec.range(1, -1, 1, NOT_KEY));
        unsubscribe.keys(KeySpec.range(1, -1, 1, NOT_KEY));
      }
      table.add(subscribe);
      table.add(unsubscribe);
    }
    table.add(
        Command.named("publish", this::publish)
            .arity(3)
            .flags(PUBSUB | LOADING | STALE | FAST | MAY_REPLICATE));
    table.add(
        Command.named("spublish", this::publishToShard)
            .arity(3)
            .flags(PUBSUB | LOADING | STALE | FAST | MAY_REPLICATE)
            .keys(KeySpec.range(1, 0, 1, NOT_KEY)));
    table.add(
        Command.named("pubsub", null)
            .arity(-2)
            .with(
                looking("channels", -2, call -> channels(call, Topic.Kind.CHANNEL)),
                Help.subcommand(),
                looking("numpat", 2, this::numpat),
                looking("numsub", -2, call -> numsub(call, Topic.Kind.CHANNEL)),
                looking("shardchannels", -2, call -> channels(call, Topic.Kind.SHARD_CHANNEL)),
                looking("shardnumsub", -2, call -> numsub(call, Topic.Kind.SHARD_CHANNEL))));
  }

  private static Command subscriber(String name, Handler handler) {
    return Command.named(name, handler).flags(PUBSUB | NOSCRIPT | LOADING | STALE | SUBSCRIBER);
  }

  private static Command looking(String name, int arity, Handler handler) {
    return Command.named(name, handler).arity(arity).flags(PUBSUB | LOADING | STALE);
  }

  // ---- publishing ----

  private void publish(Call call) {
    publish(call, Topic.Kind.CHANNEL);
  }

  private void publishToShard(Call call) {
    publish(call, Topic.Kind.SHARD_CHANNEL);
  }

  private void publish(Call call, Topic.Kind kind) {
    int receivers =
        pubSub.publish(
            kind,
            call.worker().slab(),
            call.address(1),
            call.length(1),
            call.address(2),
            call.length(2));
    call.reply().integer(receivers);
  }

  // ---- subscribing: the replies are pushes, which CLIENT REPLY does not keep back ----

  private void subscribe(Call call, Topic.Kind kind) {
    Subscriber subscriber = Subscriber.of(pubSub, call.session());
    for (int i = 1; i < call.count(); i++) {
      subscriber.subscribe(kind, call.address(i), call.length(i));
      ReplyWriter reply = begin(call, kind.subscribed);
      reply.bulk(call.address(i), call.length(i));
      reply.integer(subscriber.count(kind));
    }
  }

  private void unsubscribe(Call call, Topic.Kind kind) {
    Subscriber subscriber = Subscriber.of(pubSub, call.session());
    if (call.count() == 1) {
      unsubscribeAll(call, subscriber, kind);
      return;
    }
    for (int i = 1; i < call.count(); i++) {
      subscriber.unsubscribe(kind, call.address(i), call.length(i));
      ReplyWriter reply = begin(call, kind.unsubscribed);
      reply.bulk(call.address(i), call.length(i));
      reply.integer(subscriber.count(kind));
    }
  }

  private static void unsubscribeAll(Call call, Subscriber subscriber, Topic.Kind kind) {
    List<Subscription> all = subscriber.list(kind);
    for (Subscription subscription : all) {
      subscriber.unsubscribe(subscription);
      ReplyWriter reply = begin(call, kind.unsubscribed);
      reply.bulk(subscription.topic.name);
      reply.integer(subscriber.count(kind));
    }
    if (all.isEmpty()) {
      ReplyWriter reply = begin(call, kind.unsubscribed);
      reply.nil();
      reply.integer(subscriber.count(kind));
    }
  }

  private static ReplyWriter begin(Call call, String what) {
    ReplyWriter reply = call.unmutedReply();
    reply.push(3);
    reply.bulk(what);
    return reply;
  }

  // ---- looking ----

  private void channels(Call call, Topic.Kind kind) {
    if (call.count() > 3) {
      call.subcommandSyntaxError();
      return;
    }
    List<byte[]> names = new ArrayList<>();
    pubSub.names(kind, names);
    if (call.count() == 3) {
      byte[] pattern = Memory.bytes(call.address(2), call.length(2));
      names.removeIf(name -> !GlobPattern.matches(pattern, name, false));
    }
    call.reply().array(names.size());
    names.forEach(call.reply()::bulk);
  }

  private void numsub(Call call, Topic.Kind kind) {
    call.reply().array(2L * (call.count() - 2));
    for (int i = 2; i < call.count(); i++) {
      call.reply().bulk(call.address(i), call.length(i));
      call.reply().integer(pubSub.receivers(kind, call.address(i), call.length(i)));
    }
  }

  private void numpat(Call call) {
    call.reply().integer(pubSub.patterns());
  }
}
