// What the clinician of the journey says and chooses.

export const note = {
  chief_complaint: 'Diabetes follow-up by video.',
  hpi: 'Home glucose 160 to 210 before breakfast for six weeks; takes metformin twice daily, no missed doses. No polyuria, no chest pain.',
  objective:
    'Home BP 134/82, weight 78 kg by her scale. Alert, speaks in full sentences, no distress on video.',
  assessment: 'Type 2 diabetes not at goal (A1c 8.1 %, rising). Blood pressure at goal.',
  plan: 'Increase metformin to 1000 mg twice daily; repeat A1c and urine albumin in 3 months; foot exam in person.',
};

export const facts = {
  place: 'home',
  state: 'MA',
  clinician: 'Riverbend clinic, Boston MA',
  minutes: '34',
  mdm: { problems: 'moderate', data: 'low', risk: 'moderate' },
};

export const diagnosis = { words: 'type 2 diabetes with hyperglycemia', code: 'E11.65' };

/** 34 minutes or moderate decision-making, an established patient at home, by video. */
export const charge = { code: '99214', place: '10' };

export const followUp = {
  text: 'Repeat A1c and urine albumin before the next visit',
  due: 'followup-due-3mo',
};

/** All of it, as it is to be found in the chart afterwards. */
export const written = { note, diagnoses: [diagnosis], charge, followUps: [followUp] };
