package dev.hawser.bench.scenario;

import java.util.List;

/**
 * How one dialect is spoken: with {@code {session}} and {@code {text}} in place of what differs.
 *
 * @param path    of the upgrade request
 * @param message that has the agent run
 * @param delta   what is in each frame that carries a piece of the agent's text, and in no other
 */
record Speech(String dialect, String path, String message, String delta) {
    static final List<Speech> ALL = List.of(
            new Speech("standard", "/ws?conversationId={session}",
                    "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"{text}\"}}", "\"data.text.delta\""),
            new Speech("hitl", "/api/v1/ws?session_id={session}",
                    "{\"type\":\"execute\",\"data\":{\"command\":\"{text}\"}}", "\"type\":\"token\""),
            new Speech("envelope", "/realtime?sessionId={session}",
                    "{\"type\":\"chat.send\",\"sessionId\":\"{session}\",\"requestId\":\"{text}\","
                            + "\"payload\":{\"text\":\"{text}\"}}",
                    "\"type\":\"chat.delta\""),
            new Speech("apigw", "/apigw",
                    "{\"matter_id\":\"bench\",\"chat_session_id\":\"{session}\",\"message\":\"{text}\"}",
                    "\"type\":\"text.delta\""));

    /** That of the dialect; fails where there is none. */
    static Speech of(String dialect) {
        return ALL.stream().filter(speech -> speech.dialect.equals(dialect)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--dialect must be one of "
                        + ALL.stream().map(Speech::dialect).toList() + ", not " + dialect));
    }

    String path(String session) {
        return path.replace("{session}", session);
    }

    String message(String session, String text) {
        return message.replace("{session}", session).replace("{text}", text);
    }
}
