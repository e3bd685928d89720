package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an agent is told of the time before its run: the messages of earlier runs, question and answer together. */
public final class History {
    /** Most messages; older ones are left out. */
    static final int MAX_MESSAGES = 1_000;
    /** Most characters of text; older messages are left out. */
    static final int MAX_CHARS = 1_000_000;

    private History() {}

    /**
     * The newest messages of the runs whose question came before that of {@code run}. An answer may have been written after
     * the question of a later run was logged; it still follows its own question here.
     *
     * @param messages of the session, in log order
     */
    public static List<Message> before(Run run, List<Message> messages) {
        Map<String, List<Message>> runs = new LinkedHashMap<>();
        boolean reached = false;
        for (Message message : messages) {
            reached |= Objects.equals(message.messageId(), run.message().value());
            boolean question = message.role().equals(Message.USER);
            if (question && !reached) {
                runs.computeIfAbsent(message.runId(), _ -> new ArrayList<>()).add(message);
            } else if (!question && runs.containsKey(message.runId())) {
                runs.get(message.runId()).add(message);
            }
        }
        return newest(runs.values().stream().flatMap(List::stream).toList());
    }

    private static List<Message> newest(List<Message> messages) {
        int from = messages.size();
        int chars = 0;
        while (from > 0 && messages.size() - from < MAX_MESSAGES) {
            chars += messages.get(from - 1).text().length();
            if (chars > MAX_CHARS) {
                break;
            }
            from--;
        }
        return messages.subList(from, messages.size());
    }
}
