package dev.hawser.gateway.agui;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What an AG-UI run has begun and not ended: a thought, messages, steps, subagents. For one thread. */
final class AgUiOpen {
    private final AgUiEvents out;
    private final Set<String> messages = new LinkedHashSet<>();
    private final Set<String> steps = new LinkedHashSet<>();
    private final Set<String> subagents = new LinkedHashSet<>();
    private final Set<String> endedSubagents = new HashSet<>();
    private String thought;

    AgUiOpen(AgUiEvents out) {
        this.out = out;
    }

    /** A piece of a thought; those that follow each other are one. */
    void thought(String text, long sequence) {
        if (thought == null) {
            thought = "thought-" + sequence;
            out.add("REASONING_START", "messageId", thought);
            out.add("REASONING_MESSAGE_START").put("messageId", thought).put("role", "reasoning");
        }
        out.add("REASONING_MESSAGE_CONTENT").put("messageId", thought).put("delta", text);
    }

    void endThought() {
        if (thought != null) {
            out.add("REASONING_MESSAGE_END", "messageId", thought);
            out.add("REASONING_END", "messageId", thought);
            thought = null;
        }
    }

    /** @return whether it was not open before */
    boolean message(String id) {
        boolean fresh = messages.add(id);
        if (fresh) {
            out.add("TEXT_MESSAGE_START").put("messageId", id).put("role", "assistant");
        }
        return fresh;
    }

    void endMessage(String id) {
        messages.remove(id);
        out.add("TEXT_MESSAGE_END", "messageId", id);
    }

    /** @return false where AG-UI has no place for it */
    boolean step(String name) {
        boolean fresh = steps.add(name);
        if (fresh) {
            out.add("STEP_STARTED", "stepName", name);
        }
        return fresh;
    }

    /** @return false where AG-UI has no place for it */
    boolean endStep(String name) {
        boolean known = steps.remove(name);
        if (known) {
            out.add("STEP_FINISHED", "stepName", name);
        }
        return known;
    }

    /** @return whether AG-UI has a place for it: a subagent has its id for itself */
    boolean subagent(String id) {
        return !endedSubagents.contains(id) && subagents.add(id);
    }

    boolean knows(String subagent) {
        return subagents.contains(subagent) || endedSubagents.contains(subagent);
    }

    /** @return false where it is not open */
    boolean endSubagent(String id) {
        return subagents.remove(id) && endedSubagents.add(id);
    }

    /** Ends all. @param suspended whether subagents only rest */
    void endAll(boolean suspended) {
        endThought();
        Set.copyOf(messages).forEach(this::endMessage);
        Set.copyOf(steps).forEach(this::endStep);
        for (String subagent : Set.copyOf(subagents)) {
            endSubagent(subagent);
            out.add("SUBAGENT_FINISHED").put("subagentRunId", subagent)
                    .putObject("outcome").put("type", suspended ? "suspended" : "success");
        }
    }
}
